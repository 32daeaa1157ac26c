using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations;

/// <summary>Refuses a request whose client's address cannot be determined: it is the sender's, or a proxy's, fault.</summary>
internal sealed class UnresolvedHandler(RefusalWriter refusals) : IRemediationHandler
{
    private static readonly RefusalPage Page = RefusalPage.FromResource("Bad request", "UnresolvedPage.html");

    private static readonly Refusal Refusal = new(
        GrpcRefusal.InvalidArgument,
        StatusCodes.Status400BadRequest,
        new BodyTemplate("It could not be determined where this request comes from.\n"),
        Problem.Of(StatusCodes.Status400BadRequest, "It could not be determined where this request comes from."));

    private readonly Func<HttpContext, string, ValueTask> _page = static (http, reference) => Page.WriteAsync(http.Response, reference);

    /// <summary>The name by which settings ask for it.</summary>
    internal static Remediation Refuse { get; } = new("refuse");

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        await refusals.WriteAsync(context.HttpContext, Refusal, _page);
        return RemediationResult.Handled;
    }
}

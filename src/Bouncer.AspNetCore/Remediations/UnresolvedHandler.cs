using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations;

/// <summary>Refuses a request whose client's address cannot be determined: it is the sender's, or a proxy's, fault.</summary>
internal sealed class UnresolvedHandler(IUnresolvedPageSource settings, RefusalWriter refusals) : IRemediationHandler
{
    private const string Text = "It could not be determined where this request comes from.";

    private static readonly Refusal Refusal = new(
        GrpcRefusal.InvalidArgument,
        StatusCodes.Status400BadRequest,
        new BodyTemplate(Text + "\n", []),
        Problem.Of(StatusCodes.Status400BadRequest, Text));

    private readonly Func<HttpContext, string, string, ValueTask> _page = (http, reference, number) => settings.Current.WriteAsync(http, reference, number);

    /// <summary>The name by which settings ask for it.</summary>
    internal static Remediation Refuse { get; } = new("refuse");

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        await refusals.WriteAsync(context.HttpContext, Refusal, _page);
        return RemediationResult.Handled;
    }

    /// <summary>The page of this package.</summary>
    internal static RefusalPage CreatePage(PageMaker pages) => pages.MakeRefusal("unresolvedHeading", PageFile.Read("UnresolvedPage.html"));
}

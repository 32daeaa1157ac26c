using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>Refuses a client in the form it can read. The request's body is not read, and nothing of the request appears in
/// the answer.</summary>
internal sealed class BanHandler(IBanSettingsSource settings, IBanPageRenderer page, IProblemDetailsService? problems = null)
    : IRemediationHandler
{
    private const string Text = "Access refused by an automated check.\n";
    private const string NothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly ProblemBody _problem = new(problems);

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var http = context.HttpContext;
        if (RequestKind.GrpcContentType(http.Request) is { } grpc)
        {
            GrpcRefusal.Deny(http.Response, grpc);
        }
        else if (!RequestKind.IsHandshake(http))
        {
            await WriteAsync(http);
        }

        return RemediationResult.Handled;
    }

    private ValueTask WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = settings.Current.StatusCode;
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        switch (AcceptNegotiation.Choose(http.Request.Headers.Accept))
        {
            case BodyFormat.Html:
                response.ContentType = "text/html; charset=utf-8";
                response.Headers.ContentSecurityPolicy = NothingAllowed;
                return page.RenderAsync(http, Reference.Of(http));
            case BodyFormat.Problem:
                return _problem.WriteAsync(http, Reference.Of(http));
            case BodyFormat.Text:
                return response.WriteAsync(Text, "text/plain; charset=utf-8");
            default:
                return ValueTask.CompletedTask;
        }
    }
}

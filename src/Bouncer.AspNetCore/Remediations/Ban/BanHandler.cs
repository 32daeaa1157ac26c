using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>Refuses a client in the form it can read. The request's body is not read, and nothing of the request appears in
/// the answer.</summary>
internal sealed class BanHandler(IBanSettingsSource settings, IBanPageRenderer page, IProblemDetailsService? problems = null)
    : IRemediationHandler
{
    private const string NothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly BodyTemplate Text = new("Access refused by an automated check.\n");

    private readonly ProblemBody _problem = new(problems);
    private readonly AcceptCache _formats = new();

    // The request alone, for what an async method is given may have to move to the heap.
    public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => RefuseAsync(context.HttpContext);

    private async ValueTask<RemediationResult> RefuseAsync(HttpContext http)
    {
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
        var ban = settings.Current;
        response.StatusCode = ban.StatusCode;
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        switch (_formats.Choose(http.Request.Headers.Accept))
        {
            case BodyFormat.Html:
                response.ContentType = "text/html; charset=utf-8";
                response.Headers.ContentSecurityPolicy = NothingAllowed;
                return page.RenderAsync(http, Reference.Of(http));
            case BodyFormat.Problem:
                return _problem.WriteAsync(http, ban.Problem, Reference.Of(http));
            case BodyFormat.Text:
                response.ContentType = "text/plain; charset=utf-8";
                return Text.WriteAsync(response, reference: "");
            default:
                return ValueTask.CompletedTask;
        }
    }
}

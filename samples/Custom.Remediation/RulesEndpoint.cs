using Bouncer.AspNetCore;

namespace Custom.Remediation;

/// <summary>Shows the rules, and gives a clearance to clients that accept them.</summary>
internal sealed class RulesEndpoint : IBouncerEndpoint
{
    public const string PagePath = "/rules";

    private const string Page = """
        <!DOCTYPE html><html lang="en"><meta name="viewport" content="width=device-width"><title>Rules</title>
        <h1>Please be kind to this site</h1><form method="post"><button>I accept</button></form></html>
        """;

    public string Path => PagePath;

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var isAccepted = HttpMethods.IsPost(request.Method) && context.IsSameOrigin
            && context.GrantClearance(RulesChallenge.Remediation, TimeSpan.FromMinutes(30));
        if (isAccepted || context.Remediation.IsNone || context.HasClearance(RulesChallenge.Remediation))
        {
            response.StatusCode = StatusCodes.Status303SeeOther;
            response.Headers.Location = context.ReturnPath;
            return RemediationResult.Handled;
        }

        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
        await response.WriteAsync(Page, context.CancellationToken);
        return RemediationResult.Handled;
    }
}

using Bouncer.AspNetCore;

/// <summary>Shows the rules, and gives a clearance to clients that accept them.</summary>
internal sealed class RulesEndpoint : IBouncerEndpoint
{
    public string Path => "/rules";

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var isAccepted = HttpMethods.IsPost(request.Method) && context.IsSameOrigin
            && context.GrantClearance(RulesChallenge.Remediation, TimeSpan.FromMinutes(30));
        if (isAccepted || context.Remediation.IsNone || context.HasClearance(RulesChallenge.Remediation))
        {
            response.Redirect(context.ReturnPath);
            return RemediationResult.Handled;
        }

        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
        await response.WriteAsync("<!DOCTYPE html><html lang=en><title>Rules</title><h1>Please be kind to this site</h1><form method=post><button>I accept</button></form>");
        return RemediationResult.Handled;
    }
}

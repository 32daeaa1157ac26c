using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>Answers 418 and names what it was to do.</summary>
internal sealed class NamingHandler : IRemediationHandler
{
    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status418ImATeapot;
        await context.HttpContext.Response.WriteAsync(context.Remediation.Name, context.CancellationToken);
        return RemediationResult.Handled;
    }
}

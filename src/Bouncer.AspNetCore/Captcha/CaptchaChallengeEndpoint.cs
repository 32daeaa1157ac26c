using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Issues a challenge to the page's script, so that a client without scripts costs next to nothing.</summary>
internal sealed class CaptchaChallengeEndpoint(CaptchaProviderInvoker invoker, CaptchaLimiter limiter, Referrals referrals) : IBouncerEndpoint
{
    public string Path => CaptchaLinks.TaskPath;

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = "GET";
        }
        else if (RequestOrigin.IsForeign(http.Request))
        {
            // Otherwise any page that the visitor opens could request challenges, and make the visitor's own ones harder.
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (referrals.Read(http.Request, context.PolicyName) is var referral && referral is null && context.Remediation.IsNone)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else if (!limiter.MayHaveTask(context))
        {
            CaptchaLimiter.Refuse(http.Response);
        }
        else
        {
            await SetAsync(context, referral);
        }

        return RemediationResult.Handled;
    }

    private async ValueTask SetAsync(RemediationContext context, Referral? referral)
    {
        var response = context.HttpContext.Response;
        var settings = context.Settings.Of<CaptchaSettings>();
        var task = settings.Of(context.PolicyName);
        var provider = task.Provider;
        if (await invoker.SetAsync(provider, CaptchaProviderInvoker.ContextOf(context, task, referral), settings.Timeout) is not { } json)
        {
            // The package's own page gets its challenge only here: the provider has failed.
            if (provider.Widget.Script is null)
            {
                CaptchaLimiter.Refuse(response);
            }
            else
            {
                response.StatusCode = StatusCodes.Status404NotFound;
            }

            return;
        }

        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json";
        await response.WriteAsync(json, context.CancellationToken);
    }
}

using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Shows a client the captcha of its policy, or the local one while the former cannot be checked.</summary>
internal sealed class CaptchaPageRenderer(CaptchaProviderInvoker invoker, CaptchaLimiter limiter, Referrals referrals)
{
    /// <summary>The name of the text for when solutions cannot be checked.</summary>
    internal const string Unavailable = "unavailable";

    /// <param name="context">The request, whose response has not started.</param>
    /// <param name="returnPath">Where the client goes afterwards.</param>
    /// <param name="notice">The name of a text to show first.</param>
    internal async ValueTask ShowAsync(RemediationContext context, string returnPath, string? notice)
    {
        var settings = context.Settings.Of<CaptchaSettings>();
        var task = settings.Of(context.PolicyName);
        var provider = task.Provider;
        string? inline = null;
        var isDown = provider.IsDown;
        var isStandIn = false;
        if (isDown && settings.StandInFor(provider) is { } local)
        {
            isStandIn = true;
            notice = notice == Unavailable ? "changed" : notice;

            // The page could not fetch it: only the policy's own provider issues challenges on demand, or any client could choose
            // the local one.
            provider = local;
            inline = HttpMethods.IsHead(context.HttpContext.Request.Method) || !limiter.MayHaveTask(context)
                ? null
                : await invoker.SetAsync(provider, CaptchaProviderInvoker.ContextOf(context, task), settings.Timeout);
        }
        else if (isDown)
        {
            notice ??= Unavailable;
        }

        await CaptchaPageWriter.WriteAsync(
            context.HttpContext, settings, new CaptchaView(provider.Widget, context.PolicyName, returnPath, notice, inline, referrals.Write(context), isStandIn));
    }
}

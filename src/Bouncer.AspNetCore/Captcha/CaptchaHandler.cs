using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Asks a client for a captcha, in place of what it wanted, and lets it go on once it has solved one. The request's body
/// is not read.</summary>
internal sealed class CaptchaHandler(
    ClearanceCookie clearance, CaptchaPageRenderer screen, Referrals referrals, ChallengeProblem problem) : IChallengeHandler
{
    private readonly HeaderCache<BodyFormat> _formats = new(AcceptNegotiation.Choose);

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var (http, settings) = (context.HttpContext, context.Settings.Of<CaptchaSettings>());
        if (clearance.Holds(context, ClearanceLevel.Captcha, task: settings.Of(context.PolicyName).Name))
        {
            return RemediationResult.Cleared;
        }

        if (RequestKind.IsPreflight(http.Request))
        {
            return RemediationResult.Continue;
        }

        await ChallengeAsync(context);
        return RemediationResult.Handled;
    }

    private ValueTask ChallengeAsync(in RemediationContext context)
    {
        var http = context.HttpContext;
        if (RequestKind.GrpcContentType(http.Request) is { } grpc)
        {
            GrpcRefusal.Write(http.Response, grpc, GrpcRefusal.PermissionDenied);
            return ValueTask.CompletedTask;
        }

        if (RequestKind.IsHandshake(http))
        {
            return ValueTask.CompletedTask;
        }

        var prefix = context.Settings.Of<CaptchaSettings>().PathPrefix;
        var path = ReturnPath.Of(http.Request, prefix);
        return RequestKind.IsNavigation(http.Request) && _formats.Read(http.Request.Headers.Accept) == BodyFormat.Html
            ? screen.ShowAsync(context, path, HttpMethods.IsPost(http.Request.Method) ? "notSent" : null)
            : problem.WriteAsync(http, CaptchaLinks.PageWithReturn(http.Request, prefix, context.PolicyName, context.PolicyName is null ? "" : referrals.Write(context), path));
    }
}

using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Responds with a captcha instead of the requested resource, and lets the client continue once it has solved it. Does
/// not read the request's body.</summary>
internal sealed class CaptchaHandler(
    ClearanceCookie clearance, CaptchaPageRenderer renderer, Referrals referrals, IProblemDetailsService? problems = null) : IChallengeHandler
{
    private static readonly Problem MustSolve = Problem.Of(
        StatusCodes.Status403Forbidden,
        "The user must first show that these requests are not an attack: open the address of the challenge in a browser.",
        member: "challenge");

    private readonly ProblemBody _problem = new(problems);
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
            ? renderer.ShowAsync(context, path, HttpMethods.IsPost(http.Request.Method) ? "notSent" : null)
            : TellAsync(http, CaptchaLinks.PageWithReturn(http.Request, prefix, context.PolicyName, context.PolicyName is null ? "" : referrals.Write(context), path));
    }

    /// <summary>Tells a program, or a page's script, where its user can solve the captcha.</summary>
    private ValueTask TellAsync(HttpContext http, string link)
    {
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return _problem.WriteAsync(http, MustSolve, Reference.Of(http), link);
    }
}

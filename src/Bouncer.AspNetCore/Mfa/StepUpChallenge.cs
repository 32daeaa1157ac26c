using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Requests the second factor in the form that the client understands: a browser is redirected to where it can be shown,
/// a program gets the response of RFC 9470.</summary>
internal sealed class StepUpChallenge(IProblemDetailsService? problems = null)
{
    private static readonly Problem Problem =
        Problem.Of(StatusCodes.Status401Unauthorized, "This account must show a recent second factor first.");

    private readonly ProblemBody _problem = new(problems);
    private readonly HeaderCache<BodyFormat> _formats = new(AcceptNegotiation.Choose);

    /// <summary>Whether the user sees the response: the page was navigated to, not fetched by a script.</summary>
    internal bool IsNavigation(HttpContext context)
    {
        var headers = context.Request.Headers;
        return RequestKind.GrpcContentType(context.Request) is null
            && !RequestKind.IsHandshake(context)
            && headers.Authorization.Count == 0
            && RequestKind.IsNavigation(context.Request)
            && _formats.Read(headers.Accept) == BodyFormat.Html;
    }

    /// <summary>Redirects a browser to the application's page, or challenges its scheme.</summary>
    internal static Task SendAsync(HttpContext context, MfaSettings mfa, bool isSignedIn)
    {
        var back = LocalReturn.PathOf(context.Request, mfa.PathPrefix);
        if (!isSignedIn || !mfa.StepUpPath.HasValue)
        {
            return context.ChallengeAsync(mfa.ChallengeScheme, Properties(back, mfa));
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = context.Request.PathBase.Add(mfa.StepUpPath).ToUriComponent() + QueryString.Create("returnUrl", back);
        return Task.CompletedTask;
    }

    /// <summary>Tells a program what its user's session lacks.</summary>
    internal async ValueTask TellAsync(HttpContext context, MfaSettings mfa)
    {
        var response = context.Response;
        if (RequestKind.GrpcContentType(context.Request) is { } grpc)
        {
            GrpcRefusal.Write(response, grpc, GrpcRefusal.Unauthenticated);
            return;
        }

        response.StatusCode = StatusCodes.Status401Unauthorized;
        if (!RequestKind.IsHandshake(context))
        {
            response.Headers.WWWAuthenticate = HeaderOf(mfa);
            response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
            await _problem.WriteAsync(context, Problem, Reference.Of(context));
        }
    }

    private static string HeaderOf(MfaSettings mfa) =>
        "Bearer error=\"insufficient_user_authentication\", error_description=\"A recent second factor is required\""
        + (mfa.AcrText.Length > 0 ? $", acr_values=\"{mfa.AcrText}\"" : "")
        + $", max_age=\"{mfa.MaxAgeText}\"";

    /// <remarks>OpenID Connect's handler reads max_age from here itself; its events can copy acr_values.</remarks>
    private static AuthenticationProperties Properties(string back, MfaSettings mfa)
    {
        var properties = new AuthenticationProperties { RedirectUri = back };
        properties.SetParameter<TimeSpan?>("max_age", mfa.MaxAge);
        if (mfa.AcrText.Length > 0)
        {
            properties.SetParameter("acr_values", mfa.AcrText);
        }

        return properties;
    }
}

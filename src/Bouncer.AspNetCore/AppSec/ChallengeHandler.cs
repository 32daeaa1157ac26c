using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Relays the response that AppSec prescribes: its bot detection (CrowdSec 1.8) serves the challenge page, its scripts and the
/// answer to a solution that way.</summary>
internal sealed class ChallengeHandler : IRemediationHandler
{
    internal static readonly Remediation Challenge = new("challenge");

    /// <summary>The paths that the challenge page loads and posts to.</summary>
    private static readonly PathString Paths = "/crowdsec-internal/challenge";

    /// <summary>Whether AppSec serves a path itself.</summary>
    internal static bool IsOwn(PathString path) => path.StartsWithSegments(Paths, StringComparison.Ordinal);

    public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => context.Prescribed is { } response
        ? RelayAsync(context.HttpContext, response)
        : context.HandleAsAsync(context.Services.Registry.Fallback);

    private static async ValueTask<RemediationResult> RelayAsync(HttpContext http, PrescribedResponse prescribed)
    {
        var response = http.Response;
        response.StatusCode = prescribed.StatusCode;
        foreach (var (name, values) in prescribed.Headers)
        {
            if (values is not null && !IsOfConnection(name))
            {
                response.Headers[name] = new StringValues(values);
            }
        }

        foreach (var cookie in prescribed.Cookies)
        {
            response.Headers.Append(HeaderNames.SetCookie, cookie);
        }

        if (prescribed is { CanHaveBody: true, Body: { Length: > 0 } body })
        {
            await response.WriteAsync(body, http.RequestAborted);
        }

        return RemediationResult.Handled;
    }

    private static bool IsOfConnection(string name) =>
        name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.KeepAlive, StringComparison.OrdinalIgnoreCase);
}

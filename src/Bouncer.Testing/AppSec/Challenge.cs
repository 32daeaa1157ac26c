using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Bouncer.Testing.AppSec;

/// <summary>The challenge of CrowdSec 1.8.0, but for its proof of work: a browser passes it, a client without scripts does not.</summary>
internal sealed class Challenge(TimeProvider time)
{
    private const string CookieName = "__crowdsec_challenge";
    private const string Folder = "/crowdsec-internal/challenge/";
    private const string Json = "application/json";
    private const string NotStored = "no-cache, no-store";

    // The three parts of the real page: a script, a worker, and the answer that is sent back.
    private const string Page = $$"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Checking your browser</title></head>
        <body><p id="status">Checking your browser.</p>
        <script src="{{Folder}}fpscanner.js"></script>
        <script>
        const worker = new Worker("{{Folder}}pow-worker.js");
        worker.onmessage = async solved => {
          const body = new URLSearchParams({ f: fingerprint(), n: solved.data });
          const answer = await fetch("{{Folder}}submit", { method: "POST", body });
          const { status } = await answer.json();
          document.getElementById("status").textContent = status;
          if (status === "ok") location.reload();
        };
        worker.postMessage("solve");
        </script></body></html>
        """;

    private const string Scanner = "function fingerprint() { return \"browser\"; }";
    private const string Worker = "onmessage = () => postMessage(\"solved\");";

    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(12);

    // As in CrowdSec a cookie is good for the user agent that it was granted to.
    private readonly ConcurrentDictionary<string, string?> _granted = new(StringComparer.Ordinal);

    public static AppSecReply Ask() => AppSecReply.Challenge(Page);

    /// <summary>What the paths of the challenge itself answer; null for others.</summary>
    public AppSecReply? Serve(InspectedRequest request) => (request.Uri!.Split('?', '#')[0], request.Verb) switch
    {
        (Folder + "pow-worker.js", _) => Script(Worker),
        (Folder + "fpscanner.js", _) => Script(Scanner),
        (Folder + "submit", "POST") when request.Body.AsSpan().SequenceEqual("f=browser&n=solved"u8) =>
            AppSecReply.Relay(StatusCodes.Status200OK, "{\"status\":\"ok\"}", ("Content-Type", Json), ("Cache-Control", NotStored)) with
            {
                Cookies = [GrantCookie(request)],
            },
        (Folder + "submit", "POST") =>
            AppSecReply.Relay(StatusCodes.Status200OK, "{\"status\":\"failed\"}", ("Content-Type", Json), ("Cache-Control", NotStored)),
        _ => null,
    };

    /// <summary>Sends the visitor to the same address again, with the cookie.</summary>
    public AppSecReply Grant(InspectedRequest request) => AppSecReply.Relay(
        StatusCodes.Status307TemporaryRedirect,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Redirecting</title></head><body><p>Reload this page.</p></body></html>",
        ("Location", request.Uri ?? "/"), ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")) with
    {
        Cookies = [GrantCookie(request)],
    };

    public bool IsPassed(InspectedRequest request) =>
        request.Headers.TryGetValue("Cookie", out var cookies)
        && cookies.SelectMany(line => line!.Split(';', StringSplitOptions.TrimEntries))
            .Any(cookie => cookie.StartsWith(CookieName + '=', StringComparison.Ordinal)
                && _granted.TryGetValue(cookie[(CookieName.Length + 1)..], out var userAgent)
                && userAgent == request.UserAgent);

    private static AppSecReply Script(string text) =>
        AppSecReply.Relay(StatusCodes.Status200OK, text, ("Content-Type", "application/javascript"), ("Cache-Control", "public, max-age=3600"));

    private string GrantCookie(InspectedRequest request)
    {
        var value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _granted[value] = request.UserAgent;
        var expires = (time.GetUtcNow() + s_lifetime).ToString("R", CultureInfo.InvariantCulture);
        return $"{CookieName}={value}; Path=/; Expires={expires}; Max-Age={s_lifetime.TotalSeconds:0}; HttpOnly; SameSite=Lax";
    }
}

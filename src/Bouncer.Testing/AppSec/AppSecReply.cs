namespace Bouncer.Testing;

/// <summary>What an <see cref="AppSecServer"/> answers about a request. Sent as it is, so that a bouncer can be shown broken ones.</summary>
public sealed record AppSecReply
{
    private const string ChallengeCsp =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:;";

    /// <summary>The request is good: <c>allow</c>, with 200.</summary>
    public static AppSecReply Allow { get; } = new() { Action = "allow", HttpStatus = StatusCodes.Status200OK };

    /// <summary>The request is to be refused: <c>ban</c>, with 403.</summary>
    public static AppSecReply Ban { get; } = new();

    /// <summary>The visitor has to solve a captcha: <c>captcha</c>, with 403.</summary>
    public static AppSecReply Captcha { get; } = new() { Action = "captcha" };

    /// <summary>What is to be done with the request: <c>allow</c>, <c>ban</c>, <c>captcha</c>, <c>challenge</c> or one of your own.</summary>
    /// <value>Default <c>ban</c>.</value>
    public string Action { get; init; } = "ban";

    /// <summary>The status that the visitor is to get, <c>http_status</c>.</summary>
    /// <value>Default 403.</value>
    public int HttpStatus { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>The status of the answer to the bouncer.</summary>
    /// <value>Null, the default: 200 for <c>allow</c>, else 403.</value>
    public int? Code { get; init; }

    /// <summary>The page that the visitor is to get, <c>user_body_content</c>.</summary>
    /// <value>Default none.</value>
    public string Body { get; init; } = "";

    /// <summary>The headers that the visitor is to get, <c>user_headers</c>.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The cookies that the visitor is to get, each the value of a <c>Set-Cookie</c>, <c>user_cookies</c>.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>A page that the visitor is to get with 200, as CrowdSec 1.8.0 sends one to see that it is a browser: <c>challenge</c>.</summary>
    /// <param name="html">The page.</param>
    public static AppSecReply Challenge(string html) => Relay(
        StatusCodes.Status200OK, html, ("Content-Type", "text/html"), ("Cache-Control", "no-cache, no-store"));

    // CrowdSec sends the policy with each answer of a challenge, scripts included.
    internal static AppSecReply Relay(int httpStatus, string body, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var all = new Dictionary<string, IReadOnlyList<string>> { ["Content-Security-Policy"] = [ChallengeCsp] };
        foreach (var (name, value) in headers)
        {
            all[name] = [value];
        }

        return new AppSecReply { Action = "challenge", HttpStatus = httpStatus, Body = body, Headers = all };
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Gateway.StartPage;

// Whether there is a start page, and what opens it. Without settings of one's own it is a demonstration for this machine;
// with them it is off unless asked for, and then behind a token that is printed at the start.
internal sealed class StartPageAccess(bool isDemo, bool isAskedFor)
{
    private const string Cookie = "gateway-start-page";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(16);

    public bool IsOn => isDemo || isAskedFor;

    // The token, or null where none is needed.
    public string? Token => isDemo ? null : Convert.ToHexStringLower(_key);

    public bool Opens(HttpRequest request) =>
        Token is null || Is(request.Cookies[Cookie]) || Is(request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal));

    // A link with the token in it becomes a cookie for the pages of the start page alone.
    public bool OpensByLink(HttpContext context)
    {
        if (Token is null || !HttpMethods.IsGet(context.Request.Method) || !Is(context.Request.Query["token"]))
        {
            return false;
        }

        context.Response.Cookies.Append(Cookie, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/.bouncer" });
        return true;
    }

    // What proves that a visit was begun from the start page: it goes along to the upstream, so it is not the token.
    public string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    public static bool AreEqual(string? one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one ?? ""), Encoding.UTF8.GetBytes(other));

    private bool Is(string? text) => Token is { } token && AreEqual(text, token);
}

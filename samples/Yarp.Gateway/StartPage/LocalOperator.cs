using System.Net;

namespace Gateway.StartPage;

// Who may see the page: a client on this machine, by its resolved address, that asks for this machine by name, did not come
// through a proxy (whose headers the bouncer may have taken off already), and has the token where one is needed. The name keeps
// out other sites' pages that resolve their own name to loopback. Such pages may link to the start page, for it shows them
// nothing, but may not set off a replay or load the data.
internal sealed class LocalOperator(StartPageAccess access) : IEndpointFilter
{
    private static readonly string[] s_proxies =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "X-ProxyUser-IP", "X-Remote-IP", "X-Remote-Addr",
        "CDN-Loop", "X-Akamai-Edgescape", "X-Sucuri-ClientIP", "X-Appengine-User-IP", "X-Cloud-Trace-Context", "X-Amz-Cf-Id", "X-Amzn-Trace-Id", "X-ARR-SSL",
    ];

    // What one vendor's proxies add begins alike.
    private static readonly string[] s_begins =
    [
        "X-Forwarded", "X-Original-", "CF-", "Fastly-", "Fly-", "X-Envoy-", "X-Azure-", "X-Varnish", "X-Vercel-", "X-NF-", "CloudFront-", "X-Nginx-", "X-HAProxy-",
    ];

    public bool Is(HttpContext context) => IsHere(context) && access.Opens(context.Request);

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return !IsHere(http) ? Refuse()
            : access.OpensByLink(http) ? ValueTask.FromResult<object?>(TypedResults.LocalRedirect("~/.bouncer/"))
            : access.Opens(http.Request) ? next(context)
            : Refuse();
    }

    private static ValueTask<object?> Refuse() => ValueTask.FromResult<object?>(TypedResults.NotFound());

    public bool IsHere(HttpContext context) =>
        access.IsOn
        && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.CameThroughProxy()
        && IsLocalName(context.Request.Host.Host)
        && !context.Request.Headers.Any(header => IsOfAProxy(header.Key))
        && IsOwn(context.Request, context.Request.Headers.Origin.ToString())
        && IsOwn(context.Request, context.Request.Headers.Referer.ToString())
        && (IsAskedFromHere(context.Request) || IsLinkToPage(context.Request));

    private static bool IsOfAProxy(string header) =>
        s_begins.Any(begin => header.StartsWith(begin, StringComparison.OrdinalIgnoreCase))
        || s_proxies.Contains(header, StringComparer.OrdinalIgnoreCase);

    // Without a page there is neither; "null" is a page that hides where it is from.
    private static bool IsOwn(HttpRequest request, string page) =>
        page.Length == 0
        || (Uri.TryCreate(page, UriKind.Absolute, out var url) && url.Authority.Equals(Authority(request), StringComparison.OrdinalIgnoreCase));

    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own) ? own.Authority : "";

    private static bool IsAskedFromHere(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private static bool IsLinkToPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Dest"] == "document" && request.Path.Value is "/" or "/.bouncer/";

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

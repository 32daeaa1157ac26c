using System.Net;

namespace Gateway.StartPage;

// Who may see the page: a client on this machine, by its resolved address, that asks for this machine by name. The name
// keeps out other sites' pages that resolve their own name to loopback. Such pages may link to the start page, for it
// shows them nothing, but may not set off a replay or load the data.
// What is left of X-Forwarded-For speaks of a client that could not be resolved: the address is then the last proxy's.
internal sealed class LocalOperator : IEndpointFilter
{
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && IsLocalName(context.Request.Host.Host)
        && (IsAskedFromHere(context.Request) || IsLinkToPage(context.Request));

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Is(context.HttpContext) ? next(context) : ValueTask.FromResult<object?>(TypedResults.NotFound());

    private static bool IsAskedFromHere(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private static bool IsLinkToPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Dest"] == "document" && request.Path.Value is "/" or "/.bouncer/";

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

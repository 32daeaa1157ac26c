using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Gateway;

/// <summary>A visitor of the gateway at an address: in a browser, or with a cookie somebody carried elsewhere.</summary>
internal static class GatewayVisitor
{
    internal const string Upstream = "Hello from the upstream";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

    internal static Task<IPage> OpenAsync(Visitors visitors, string address, string scheme = "http") => visitors.NewPageAsync(new()
    {
        Locale = "en-GB",
        ExtraHTTPHeaders = [new("X-Forwarded-For", address), new("X-Forwarded-Proto", scheme)],
    });

    internal static Task ArriveAsync(IPage page) => page.Locator($"h1:has-text('{Upstream}')").WaitForAsync(new() { Timeout = 60_000 });

    internal static Task ScreenshotAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = RepositoryRoot.Combine("artifacts", "screenshots", name + ".png"), FullPage = true });

    /// <summary>What a browser's window is answered, without the browser.</summary>
    internal static async Task<(HttpStatusCode Status, string Body)> LoadAsync(GatewayProcess gateway, string address, string cookie, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + "/shop");
        request.Headers.Host = host;
        request.Headers.Add("X-Forwarded-For", address);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Sec-Fetch-Dest", "document");
        request.Headers.Add("Cookie", cookie);
        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

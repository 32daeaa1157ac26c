using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.HouseTests.Documentation;

/// <summary>Runs the application that a snippet made. Public, for a snippet is an assembly of its own.</summary>
public static class SnippetServer
{
    internal static AsyncLocal<Dictionary<string, (HttpStatusCode Status, string Body)>> Answers { get; } = new();

    /// <summary>Called by the snippet in place of <c>app.Run()</c>.</summary>
    public static async Task ServeAsync(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        await using (app)
        {
            app.Urls.Clear();
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync();
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
            foreach (var endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
            {
                foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                {
                    var path = "/" + endpoint.RoutePattern.RawText!.Replace("{address}", ServedSnippetTests.Banned, StringComparison.Ordinal).TrimStart('/');
                    using var request = new HttpRequestMessage(new HttpMethod(method), path);
                    using var answer = await client.SendAsync(request);
                    Answers.Value![$"{method} {path}"] = (answer.StatusCode, await answer.Content.ReadAsStringAsync());
                }
            }

            await app.StopAsync();
        }
    }
}

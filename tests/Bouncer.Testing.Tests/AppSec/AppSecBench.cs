using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests.AppSec;

/// <summary>An AppSec server on a standing clock, and a bouncer that asks it by hand.</summary>
public sealed class AppSecBench : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private AppSecBench(AppSecServer server, TestClock clock) => (Server, Clock) = (server, clock);

    public AppSecServer Server { get; }

    public TestClock Clock { get; }

    public InspectedRequest Last => Server.Requests[^1];

    public static async Task<AppSecBench> StartAsync(AppSecServerOptions? options = null)
    {
        var clock = new TestClock();
        options ??= new AppSecServerOptions();
        options.TimeProvider = clock;
        return new AppSecBench(await AppSecServer.StartAsync(options), clock);
    }

    /// <summary>A good question, to be changed: headers by name, null to leave one out.</summary>
    public HttpRequestMessage Ask(string uri = "/", HttpContent? body = null, params (string Name, string? Value)[] headers)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, Server.Url) { Content = body };
        var all = new Dictionary<string, string?>
        {
            ["X-Crowdsec-Appsec-Api-Key"] = Server.ApiKey,
            ["X-Crowdsec-Appsec-Ip"] = "192.0.2.50",
            ["X-Crowdsec-Appsec-Uri"] = uri,
            ["X-Crowdsec-Appsec-Verb"] = body is null ? "GET" : "POST",
        };
        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        foreach (var (name, value) in all.Where(header => header.Value is not null))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }

    public async Task<AppSecAnswer> SendAsync(HttpRequestMessage request, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using (request)
        {
            using var answer = await _http.SendAsync(request, until);
            return new AppSecAnswer(answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    public Task<AppSecAnswer> SendAsync(string uri = "/", HttpContent? body = null, params (string Name, string? Value)[] headers) =>
        SendAsync(Ask(uri, body, headers));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}

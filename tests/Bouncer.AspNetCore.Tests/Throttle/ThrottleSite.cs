using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Throttle;

/// <summary>A site with a throttled client and a clock to move. Three requests a minute pass, unless settings say otherwise.</summary>
internal static class ThrottleSite
{
    internal const string Throttled = "192.0.2.30";

    internal static Task<TestSite> StartAsync(
        TestClock? clock = null,
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? configure = null,
        EngineState state = EngineState.Synchronized,
        params string[] throttled) => TestSite.StartAsync(
            builder =>
            {
                builder.ConfigureHttp(http => http.Throttle.PermitLimit = 3);
                bouncer?.Invoke(builder);
            },
            pipeline,
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock ?? new TestClock());
                configure?.Invoke(builder);
            },
            lapi => Array.ForEach([Throttled, .. throttled], client => lapi.Decide(client, Remediation.Throttle)),
            state: state);

    /// <summary>Asks as often as permitted, so that the next request is too much.</summary>
    internal static async Task ExhaustAsync(TestSite site, int permits = 3, string path = "/", string? client = Throttled)
    {
        for (var time = 0; time < permits; time++)
        {
            Assert.Equal(200, await StatusAsync(site, path, client));
        }
    }

    internal static async Task<int> StatusAsync(TestSite site, string path = "/", string? client = Throttled)
    {
        using var answer = await site.GetAsync(path, client);
        return (int)answer.StatusCode;
    }

    internal static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values)
        : answer.Content.Headers.NonValidated.TryGetValues(name, out values) ? string.Join(", ", values)
        : null;
}

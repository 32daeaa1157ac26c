using Bouncer.Benchmarks.Verbs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Verb <c>start-product</c>: a worker with the bouncer, as an application has it, that starts cold.</summary>
internal static class ProductStart
{
    internal static Verb Verb { get; } = new("start-product", "start-product …   (a process that startup starts)", ColdStart.Options, RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var start = new ColdStart(arguments);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddBouncerCore(options =>
        {
            options.Lapi.Url = start.Url;
            options.Lapi.ApiKey = StreamServer.ApiKey;
            options.Lapi.MaxResponseBytes = Math.Max(options.Lapi.MaxResponseBytes, start.Bytes);
            options.Sync.Interval = TimeSpan.FromHours(1);

            // Decisions on such networks are measured as any others.
            options.TrustedNetworks = [];
        });
        using var host = builder.Build();
        var bouncer = host.Services.GetRequiredService<IBouncer>();
        var store = host.Services.GetRequiredService<IDecisionStore>();

        start.StartClock();
        var starting = host.StartAsync();
        var first = await start.UntilAsync(
            async () => (await bouncer.CheckAsync(start.First)) is { Decision: not null } verdict && verdict.Remediation.Name == start.Remediation,
            "the first verdict");
        var last = await start.UntilAsync(
            () => Task.FromResult(store.FindAll(start.Last).Any(decision => decision.Value == start.Value)),
            "the last decision");
        ColdStart.Print(first, last, store.Count);

        await starting;
        await host.StopAsync();
    }
}

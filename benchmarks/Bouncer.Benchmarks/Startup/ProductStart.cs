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
            options.Sync.Interval = TimeSpan.FromSeconds(1);

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
        var figures = ColdStart.Measure(first, last, store.Count);

        await starting;
        ColdStart.Print(figures with { PollAllocatedBytes = await AllocatedByPollAsync(bouncer) });
        await host.StopAsync();
    }

    /// <summary>What a poll allocates in the whole process, when there is nothing new.</summary>
    private static async Task<long> AllocatedByPollAsync(IBouncer bouncer)
    {
        const int Warm = 3;
        const int Measured = 5;
        await PollsAsync(bouncer, Warm);
        var polls = new double[Measured];
        for (var poll = 0; poll < Measured; poll++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await PollsAsync(bouncer, 1);
            polls[poll] = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        // What the runtime does of its own now and then, a new thread say, is no part of a poll.
        return (long)Samples.Median(polls);
    }

    private static async Task PollsAsync(IBouncer bouncer, int count)
    {
        // Each look at the status allocates one: few looks, for they are counted too.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var last = bouncer.Status.LastSuccess; count > 0; count--)
        {
            while (bouncer.Status.LastSuccess == last)
            {
                await tick.WaitForNextTickAsync();
            }

            last = bouncer.Status.LastSuccess;
        }
    }
}

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
            options.TrustLoopback = false;
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

    /// <summary>What a poll allocates in the whole process when there is nothing new, without what watching for it takes.</summary>
    private static async Task<long> AllocatedByPollAsync(IBouncer bouncer)
    {
        const int Warm = 3;
        const int Measured = 5;
        for (var poll = 0; poll < Warm; poll++)
        {
            await PollAsync(bouncer);
        }

        var polls = new double[Measured];
        for (var poll = 0; poll < Measured; poll++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var watching = await PollAsync(bouncer);
            polls[poll] = GC.GetTotalAllocatedBytes(precise: true) - before - watching;
        }

        // The runtime allocates for its own needs now and then, for example for a new thread: the median leaves that out.
        return (long)Samples.Median(polls);
    }

    /// <summary>Waits for the next poll.</summary>
    /// <returns>The bytes that the looks at the status allocated.</returns>
    private static async Task<long> PollAsync(IBouncer bouncer)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var watching = Look(bouncer, out var last);
        DateTimeOffset? now;
        do
        {
            await tick.WaitForNextTickAsync();
            watching += Look(bouncer, out now);
        }
        while (now == last);
        return watching;
    }

    private static long Look(IBouncer bouncer, out DateTimeOffset? lastSuccess)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        lastSuccess = bouncer.Status.LastSuccess;
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

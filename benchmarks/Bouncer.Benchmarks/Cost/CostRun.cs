using Bouncer.Benchmarks.Verbs;
using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Benchmarks.Cost;

/// <summary>A LAPI and a bouncer that keeps in step with it over loopback, at the settings' own interval.</summary>
internal sealed class CostRun : IAsyncDisposable
{
    private readonly JumpingClock _clock;
    private readonly Traffic _traffic = new();
    private readonly LocalApiServer _lapi;
    private readonly CostTable _table;
    private readonly ServiceProvider _services;
    private readonly DecisionPuller _puller;
    private readonly IBouncer _bouncer;

    private CostRun(JumpingClock clock, LocalApiServer lapi, int decisions)
    {
        _clock = clock;
        _lapi = lapi;
        _table = new CostTable(lapi.Database, decisions);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddBouncerCore(options =>
        {
            options.Lapi.Url = lapi.Url;
            options.Lapi.ApiKey = lapi.ApiKey;
        });
        services.AddHttpClient(LapiHttpClient.Name)
            .AddHttpMessageHandler(() => new CountedRequests(_traffic))
            .UseSocketsHttpHandler((handler, _) => CountedConnection.Use(handler, _traffic));
        _services = services.BuildServiceProvider();
        _puller = _services.GetRequiredService<DecisionPuller>();
        _bouncer = _services.GetRequiredService<IBouncer>();
    }

    /// <summary>How many decisions are held.</summary>
    internal int Held => _services.GetRequiredService<IDecisionStore>().Count;

    /// <summary>How many decisions LAPI has that live.</summary>
    internal int Listed => _lapi.Database.Snapshot().Count(row => row.Until > _clock.GetUtcNow());

    internal static async Task<CostRun> StartAsync(LocalApiDialect dialect, int decisions)
    {
        var clock = new JumpingClock();
        var lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Dialect = dialect, TimeProvider = clock });
        return new CostRun(clock, lapi, decisions);
    }

    /// <summary>Starts the bouncer, and lets hours pass.</summary>
    /// <returns>What the start took, and what the time after it.</returns>
    internal async Task<(IReadOnlyDictionary<string, TrafficCount> Start, IReadOnlyDictionary<string, TrafficCount> Hours)> PassAsync(int hours, bool isBusy)
    {
        var pause = await PullAsync();
        var atStart = _traffic.Take();
        var from = _clock.Elapsed;
        var end = from + TimeSpan.FromHours(hours);
        var changes = new Queue<(TimeSpan At, Action Make)>(
            isBusy ? Enumerable.Range(0, hours).SelectMany(hour => _table.Changes(from + TimeSpan.FromHours(hour))) : []);
        for (var next = _clock.Elapsed + pause; next <= end; next = _clock.Elapsed + pause)
        {
            while (changes.TryPeek(out var change) && change.At <= next)
            {
                _clock.JumpTo(change.At);
                changes.Dequeue().Make();
            }

            _clock.JumpTo(next);
            pause = await PullAsync();
        }

        return (atStart, _traffic.Take());
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _lapi.DisposeAsync();
    }

    private async Task<TimeSpan> PullAsync()
    {
        var pause = await _puller.PullAsync(CancellationToken.None);
        return _bouncer.Status is { ConsecutiveFailures: > 0 } status
            ? throw new VerbException($"A pull failed: {status.LastError}")
            : pause;
    }
}

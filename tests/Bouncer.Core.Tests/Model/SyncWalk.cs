using System.Net;
using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Tests.Model;

/// <summary>One random walk through a world.</summary>
internal sealed class SyncWalk : IAsyncDisposable
{
    /// <summary>So many decisions beside a long list are few, with some that have just ended.</summary>
    private const int Few = 36;

    private static readonly string[] Clients = ["192.0.2.1", "192.0.2.2", "192.0.2.100", "192.0.2.200", "2001:db8::1", "2001:db8::2", "2001:db8:1::1", "198.51.101.7", "203.0.113.1"];

    private readonly World _world;
    private readonly Random _random;
    private readonly TestClock _clock;
    private readonly LocalApiServer _lapi;
    private readonly TableChanges _changes;
    private readonly Walker[] _walkers;
    private readonly bool _hasLongTransactions;
    private readonly string _where;
    private DateTimeOffset _wasLong = DateTimeOffset.MinValue;

    private SyncWalk(World world, int seed, TestClock clock, LocalApiServer lapi)
    {
        (_world, _clock, _lapi) = (world, clock, lapi);
        _random = new Random(seed);

        // Late beyond the ids that are asked about, a row shows in the number alone.
        _hasLongTransactions = seed % 2 == 1 && !world.IsKeyShared && world.Questions != Questions.Miscounted;
        _changes = new TableChanges(lapi.Database, _random, clock, _hasLongTransactions, world.IsQuiet);
        _where = $"{world.Name}, seed {seed}";
        for (var i = 0; i < world.LongList; i++)
        {
            lapi.Database.Add($"10.0.{i / 256}.{i % 256}", TimeSpan.FromDays(7), origin: "lists");
        }

        _walkers = [.. Enumerable.Range(0, world.Bouncers).Select(i => new Walker(
            Services(world, lapi, clock, i == 0 || world.IsKeyShared ? lapi.ApiKey : lapi.Bouncers.Add($"bouncer-{i}")),
            new RowHistory(clock, PatienceWith, world)))];
    }

    internal static async Task RunAsync(World world, int seed, int steps, WalkTally tally)
    {
        var clock = new TestClock();
        var options = new LocalApiOptions { Dialect = world.Dialect, TimeProvider = clock, PageSize = 5 };
        await using var lapi = await LocalApiServer.StartAsync(options, TestContext.Current.CancellationToken);
        await using var walk = new SyncWalk(world, seed, clock, lapi);
        for (var step = 0; step < steps; step++)
        {
            await walk.StepAsync(step, tally);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var walker in _walkers)
        {
            await walker.Services.DisposeAsync();
        }
    }

    private async Task StepAsync(int step, WalkTally tally)
    {
        for (var changes = ChangesOf(step); changes > 0; changes--)
        {
            _changes.Make();
            if (_random.Next(3) == 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(_random.NextDouble() * 4));
            }
        }

        if (_random.Next(60) == 0 && !_hasLongTransactions && !_world.IsQuiet)
        {
            _lapi.Bouncers.StealPull("development");
        }

        _clock.Advance(TimeSpan.FromSeconds(1 + (_random.NextDouble() * 12)));
        _changes.EndOld();
        if (_lapi.Database.Snapshot().Count(row => row.Until > _clock.GetUtcNow() && IsAskedFor(row)) > Few + _world.LongList)
        {
            _wasLong = _clock.GetUtcNow();
        }

        var fault = !_world.IsQuiet && _random.Next(10) == 0 ? Fault() : null;
        if (fault is not null)
        {
            _lapi.Faults.Add(fault, _random.Next(2) == 0 ? 1 : null);
        }

        var isDeaf = !_world.IsQuiet && _random.Next(30) == 0;

        // With a shared key, each of them takes what the other then lacks.
        foreach (var walker in _random.Next(2) == 0 ? _walkers : _walkers.Reverse())
        {
            walker.History.Take(_lapi.Database.Snapshot().Where(IsAskedFor));
            walker.Lapi.IsDeaf = isDeaf;
            await walker.Puller.PullAsync(TestContext.Current.CancellationToken);
            var status = walker.Bouncer.Status;
            var isAsked = _world.Questions == Questions.Lost || walker.Questions.Failure is null;
            var isAnswered = status.ConsecutiveFailures == 0 && fault is null && !isDeaf && isAsked;
            var isWell = isAnswered && status.DoubtedDecisions == 0;
            walker.History.Polled(isAnswered, isWell, status.IsKeyShared);
            tally.Answered += isAnswered ? 1 : 0;
            tally.Faulty += isAnswered ? 0 : 1;
            await AgreeAsync(walker, isAnswered, isWell, $"{_where}, step {step}, {status}", tally);
        }

        _lapi.Faults.Clear();
        tally.Steps++;
    }

    /// <summary>In a quiet world, what happened is to show before something else happens.</summary>
    private int ChangesOf(int step) => !_world.IsQuiet ? _random.Next(4) : step % (RowHistory.PollsOfAChange + 2) == 0 ? 1 : 0;

    /// <summary>How much longer than two polls a change may take. A LAPI that answers no questions has only its lists; one that
    /// knows no ids is asked for the rows of origins only while they are few.</summary>
    private TimeSpan PatienceWith(StoredDecision row) =>
        _world.Questions is Questions.Refused or Questions.Lost ? RowHistory.TimeOfListsAlone
        : _world.Dialect == LocalApiDialect.V146 && ((_world.LongList > 0 && row.Origin == "lists") || _clock.GetUtcNow() - _wasLong < RowHistory.TimeOfALongList) ? RowHistory.TimeOfALongList
        : TimeSpan.Zero;

    private bool IsAskedFor(StoredDecision row) => _world.Origins?.Contains(row.Origin) != false && row is { Simulated: false, Scope: "Ip" or "Range" };

    private Fault Fault() => _random.Next(7) switch
    {
        0 => new Fault { CutAfter = _random.Next(200) },
        1 => new Fault { Status = 403 },
        2 => new Fault { Status = 500 },
        3 => new Fault { Body = "<html>" },
        4 => new Fault { Database = true },
        5 => new Fault { Path = "/v1/decisions/stream", Database = true },
        _ => new Fault { DatabaseAfterPages = _random.Next(4) },
    };

    private async Task AgreeAsync(Walker walker, bool isAnswered, bool isWell, string where, WalkTally tally)
    {
        var must = walker.History.Must(isAnswered).ToArray();
        var may = walker.History.May().ToArray();
        foreach (var client in Clients)
        {
            var address = IPAddress.Parse(client);
            var least = TableChanges.Strongest(must, address);
            var verdict = await walker.Bouncer.CheckAsync(address, TestContext.Current.CancellationToken);
            var given = TableChanges.Rank(verdict.Remediation.Name);
            tally.Checks++;

            // What is known stays enforced through every fault; what is gone is let go once all is well.
            Assert.True(given >= least, $"{where}, {client}: LAPI has {TableChanges.Name(least)}, the bouncer says {verdict.Remediation.Name}.\n{Describe(walker, must, address)}");
            Assert.True(
                !isWell || given == 0 || TableChanges.Covering(may, address).Any(row => TableChanges.Rank(row.Type) == given),
                $"{where}, {client}: the bouncer says {verdict.Remediation.Name} by {verdict.Decision?.Id} on {verdict.Decision?.Value} until {verdict.Decision?.ExpiresAt:O}, which LAPI does not have.\n{Describe(walker, may, address)}");
        }
    }

    /// <summary>The rows that matter, what is held, and what was asked lately.</summary>
    private string Describe(Walker walker, IEnumerable<StoredDecision> rows, IPAddress client) => string.Join(
        '\n',
        [
            .. TableChanges.Covering(rows, client).Select(row => row.ToString()),
            $"LAPI: {string.Join(' ', _lapi.Database.Snapshot().Where(row => row.Until > _clock.GetUtcNow() && IsAskedFor(row)).Select(row => row.Id))}",
            $"Held: {string.Join(' ', walker.Services.GetRequiredService<IDecisionStore>().Enumerate().Select(decision => decision.Id).Order())}",
            .. _lapi.Requests.TakeLast(50).Select(request => $"{request.Status} {request.PathAndQuery}"),
        ]);

    private static ServiceProvider Services(World world, LocalApiServer lapi, TestClock clock, string key)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddBouncerCore(options =>
        {
            options.Lapi.Url = lapi.Url;
            options.Lapi.ApiKey = key;
            options.Sync.Origins = world.Origins;
        });
        var client = services.Single(service => service.ServiceType == typeof(ILapiClient)).ImplementationFactory!;
        services.AddSingleton<ILapiClient>(provider => new TroubledLapi((ILapiClient)client(provider), world.Questions));
        return services.BuildServiceProvider();
    }

    private sealed class Walker(ServiceProvider services, RowHistory history)
    {
        internal TroubledLapi Lapi { get; } = (TroubledLapi)services.GetRequiredService<ILapiClient>();

        internal ServiceProvider Services => services;

        internal RowHistory History => history;

        /// <summary>After one that failed, none is asked for a moment.</summary>
        internal LapiQuestions Questions { get; } = services.GetRequiredService<LapiQuestions>();

        internal DecisionPuller Puller { get; } = services.GetRequiredService<DecisionPuller>();

        internal IBouncer Bouncer { get; } = services.GetRequiredService<IBouncer>();
    }
}

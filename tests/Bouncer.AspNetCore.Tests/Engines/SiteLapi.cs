using System.Collections.Concurrent;
using System.Net;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>A Local API for the real engine of one test, which polls it when the test changes decisions.</summary>
internal sealed class SiteLapi : IOptionsChangeTokenSource<BouncerOptions>, IAsyncDisposable
{
    /// <summary>An address that is no client's.</summary>
    private const string Marker = "198.18.0.1";

    internal static readonly TimeSpan MaxStaleness = TimeSpan.FromMinutes(1);

    private readonly EngineState _state;
    private readonly ConcurrentQueue<IPAddress> _asked = new();
    private CancellationTokenSource _reload = new();

    // The engine pulls the whole list at once when such a setting changes.
    private int _maxDecisions = 1_000_000;

    private SiteLapi(LocalApiServer server, EngineState state) => (Server, _state) = (server, state);

    internal LocalApiServer Server { get; }

    /// <summary>The addresses that the engine asked about, in their order.</summary>
    internal IReadOnlyCollection<IPAddress> Asked =>
        _state == EngineState.Live ? _asked : throw new InvalidOperationException("An engine that has the decisions in memory asks about no address.");

    /// <summary>Delays answers in live mode, after LAPI made them.</summary>
    internal Func<Task>? OnAnswer { get; set; }

    string? IOptionsChangeTokenSource<BouncerOptions>.Name => Options.DefaultName;

    /// <param name="clock">The engine's clock, so that a decision ends for both at the same time.</param>
    /// <param name="state">How the engine is to stand.</param>
    /// <param name="decisions">What is decided at the start.</param>
    internal static async Task<SiteLapi> StartAsync(TimeProvider clock, EngineState state = EngineState.Synchronized, Action<DecisionDatabase>? decisions = null)
    {
        var database = new DecisionDatabase(clock);
        decisions?.Invoke(database);
        var server = await LocalApiServer.StartAsync(new LocalApiOptions { TimeProvider = clock, Database = database });
        if (state == EngineState.NotReady)
        {
            server.Faults.Add(new Fault { Status = 503 });
        }

        return new SiteLapi(server, state);
    }

    /// <summary>Has an engine ask this Local API.</summary>
    internal void Configure(BouncerOptions options)
    {
        options.Lapi.Url = Server.Url;
        options.Lapi.ApiKey = Server.ApiKey;
        options.Sync.MaxDecisions = _maxDecisions;

        // Polls do not come by themselves while a test runs.
        options.Sync.Interval = TimeSpan.FromHours(1);
        options.Sync.MaxStaleness = _state == EngineState.Stale ? MaxStaleness : null;
        options.Sync.Startup = _state == EngineState.NotReady ? StartupPolicy.BlockUntilReady : StartupPolicy.WaitForFirstSync;
        options.Sync.Mode = _state == EngineState.Live ? BouncerMode.Live : BouncerMode.Stream;
        options.Live.CacheDuration = TimeSpan.Zero;

        // Requests of tests come from loopback, and some of these clients are banned.
        options.TrustLoopback = false;
    }

    /// <summary>Follows the questions of an engine, and tells it when decisions change.</summary>
    internal void AddTo(IBouncerBuilder bouncer)
    {
        bouncer.Services.AddSingleton<IOptionsChangeTokenSource<BouncerOptions>>(this);

        // The timer that renews the handler would keep the whole application in memory after its test.
        bouncer.ConfigureLapiHttpClient(http => http.SetHandlerLifetime(Timeout.InfiniteTimeSpan).AddHttpMessageHandler(() => new Questions(this)));
    }

    /// <summary>Changes decisions, and returns when the engine has them.</summary>
    internal async Task ChangeAsync(IDecisionStore store, Action<DecisionDatabase> change)
    {
        change(Server.Database);
        if (_state == EngineState.Live)
        {
            return;
        }

        // The engine takes a whole list at once: with its last decision it has all the others.
        var last = Server.Database.Add(Marker);
        _maxDecisions--;
        using (var reload = Interlocked.Exchange(ref _reload, new CancellationTokenSource()))
        {
            await reload.CancelAsync();
        }

        await Eventually.TrueAsync(() => store.Enumerate().Any(decision => decision.Id == last));
        Server.Database.RemoveWhere(row => row.Id == last);
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_reload.Token);

    public async ValueTask DisposeAsync()
    {
        _reload.Dispose();
        await Server.DisposeAsync();
    }

    private sealed class Questions(SiteLapi lapi) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isQuestion = QueryHelpers.ParseQuery(request.RequestUri!.Query).TryGetValue("ip", out var address);
            if (isQuestion)
            {
                lapi._asked.Enqueue(IPAddress.Parse(address.ToString()));
            }

            var answer = await base.SendAsync(request, cancellationToken);
            if (isQuestion && lapi.OnAnswer is { } delay)
            {
                await delay();
            }

            return answer;
        }
    }
}

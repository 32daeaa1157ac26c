using System.Net;
using System.Runtime.CompilerServices;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>Requests that begin and end while others are being ended.</summary>
public sealed class OpenRequestRaceTests
{
    /// <summary>Contexts are used again at once, by clients that are banned and clients that are not, while looks follow each
    /// other without a pause.</summary>
    [Fact]
    public async Task Contexts_UsedAgainDuringLooks_AreNeverEndedForAnother()
    {
        const int Rounds = 100_000;
        await using var engine = await RunningEngine.StartAsync(BanOne);
        await using var services = Services(engine.Bouncer);
        var requests = services.GetRequiredService<OpenRequests>();
        var sweep = services.GetRequiredService<OpenRequestSweep>();
        var settings = services.GetRequiredService<HttpSettingsProvider>().Current;
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await sweep.RunAsync(CancellationToken.None);
            }
        });
        var served = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var context = new ServerContext();
            for (var round = 0; round < Rounds; round++)
            {
                var isBanned = (round & 1) == 0;
                context.Begin(isBanned);
                requests.Enter(context.Http, new BouncerRequest(settings, settings.Policies.Default, IPAddress.Parse(isBanned ? TestSite.Banned : TestSite.Clean), null, default, IsUnresolved: false));
                if (round % 1000 == 0)
                {
                    await Task.Yield();
                }

                await context.EndAsync();
            }

            return context;
        })).ToArray();

        var contexts = await Task.WhenAll(served);
        await stop.CancelAsync();
        await looking;
        Assert.Equal(0, contexts.Sum(context => context.Wronged));
        Assert.True(contexts.Sum(context => context.Ended) > 0, "No look met an open request of the banned client.");
        Assert.DoesNotContain(requests.Places.ToArray(), place => place.TryRead(out _, out _));
        Assert.InRange(requests.Places.Length, 1, 64);
    }

    [Fact]
    public async Task Request_OverWhileItIsEnded_WaitsUntilThatIsDone()
    {
        await using var engine = await RunningEngine.StartAsync(BanOne);
        await using var services = Services(engine.Bouncer);
        var requests = services.GetRequiredService<OpenRequests>();
        using var aborting = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var context = new ServerContext
        {
            OnAbort = () =>
            {
                aborting.Set();
                goOn.Wait(Eventually.DefaultDeadline);
            },
        };
        context.Begin(isBanned: true);
        requests.Enter(context.Http, RequestOf(services, TestSite.Banned));
        var looking = Task.Run(() => services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None));
        Assert.True(aborting.Wait(Eventually.DefaultDeadline));

        var over = context.EndAsync();
        for (var turn = 0; turn < 100; turn++)
        {
            Assert.False(over.IsCompleted);
            await Task.Yield();
        }

        goOn.Set();
        await over;
        await looking;
        Assert.Equal(1, context.Ended);
    }

    /// <summary>The place has the next request by the time that the client of the former one is found to be banned.</summary>
    [Fact]
    public async Task Request_OverWhileItsClientIsChecked_IsNotEndedInTheNextOne()
    {
        await using var engine = await RunningEngine.StartAsync(BanOne, EngineState.Live);
        await using var services = Services(engine.Bouncer);
        var context = Enter(services, TestSite.Banned);
        var place = services.GetRequiredService<OpenRequests>().Places.Span[0];
        engine.Lapi.OnAnswer = async () =>
        {
            await context.EndAsync();
            context.Begin(isBanned: false);
            place.Begin(context.Http, context, new OpenClient(IPAddress.Parse(TestSite.Clean), null, null));
        };
        await services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None);
        Assert.Equal((0, 0), (context.Ended, context.Wronged));
        Assert.True(place.TryRead(out _, out _));
    }

    /// <summary>One that is over without that would be open for ever.</summary>
    [Fact]
    public async Task Request_IsOnTheListOnceItTellsOfItsEnd()
    {
        await using var services = Services();
        var requests = services.GetRequiredService<OpenRequests>();
        var seen = 0;
        bool IsSeen() => requests.Places.ToArray().Any(place => place.TryRead(out _, out _));
        Enter(services, TestSite.Clean, new ServerContext { OnEntering = () => seen += IsSeen() ? 1 : 0 });
        Assert.Equal(0, seen);
        Assert.True(IsSeen());
    }

    /// <summary>The client is banned after it was judged and before its request is on the list, and the look that the ban brings
    /// is over by then.</summary>
    [Fact]
    public async Task Ban_BetweenVerdictAndStart_EndsTheRequest()
    {
        var aborted = new TaskCompletionSource();

        // On a clock that stands still, no look comes by itself.
        void Stop(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(new TestClock());
        await using var site = await TestSite.StartAsync(state: EngineState.Live, configure: Stop, pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.Run(async context =>
            {
                using var registration = context.RequestAborted.Register(aborted.SetResult);
                await aborted.Task;
            });
        });
        var judged = false;
        site.Lapi.OnAnswer = async () =>
        {
            if (!judged)
            {
                judged = true;
                await site.BanAsync(TestSite.Clean);
                var requests = site.App.Services.GetRequiredService<OpenRequests>();
                requests.Changed();
                await Eventually.TrueAsync(() => !requests.Work.TryPeek(out _));
            }
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => site.GetAsync("/", TestSite.Clean));
        await aborted.Task;

        // The line is written when all have been looked at.
        await Eventually.TrueAsync(() => site.Logs.Count(EventIds.ConnectionsEnded) > 0);
        Assert.Equal(1, site.Logs.Count(EventIds.ConnectionsEnded));
    }

    [Fact]
    public async Task Requests_MoreThanThereWerePlaces_AreAllFound()
    {
        await using var engine = await RunningEngine.StartAsync(BanOne);
        await using var services = Services(engine.Bouncer);
        var contexts = Enumerable.Range(0, 300).Select(_ => Enter(services, TestSite.Banned)).ToArray();
        await services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None);
        Assert.All(contexts, context => Assert.Equal((1, 0), (context.Ended, context.Wronged)));
    }

    [Fact]
    public async Task Request_ThatIsOver_IsNotKept()
    {
        await using var services = Services();
        var (context, endpoint) = await ServeAsync(services);
        GC.Collect();
        Assert.False(context.IsAlive);
        Assert.False(endpoint.IsAlive);
        Assert.Equal(1, services.GetRequiredService<OpenRequests>().Places.Length);
    }

    /// <summary>The framework's own feature, of a context without a server, never says that the request is over.</summary>
    [Fact]
    public async Task Request_WithoutAServer_IsNotWatched()
    {
        await using var services = Services();
        var requests = services.GetRequiredService<OpenRequests>();
        requests.Enter(new DefaultHttpContext(), RequestOf(services, TestSite.Clean));
        Assert.Equal(0, requests.Places.Length);
    }

    [Fact]
    public async Task Request_CheckedWithTheLatestChanges_RequestsNoSweep()
    {
        await using var services = Services();
        var requests = services.GetRequiredService<OpenRequests>();
        Enter(services, TestSite.Clean);
        Assert.False(requests.Work.TryPeek(out _));
        requests.Changed();
        Assert.True(requests.Work.TryRead(out _));
        Enter(services, TestSite.Clean);
        Assert.True(requests.Work.TryPeek(out _));
    }

    /// <summary>Decisions may change while the application starts.</summary>
    [Fact]
    public async Task Watch_ThatBeginsAfterARequest_LooksAtItAndSetsNoTimer()
    {
        var clock = new TestClock();
        await using var engine = await RunningEngine.StartAsync(BanOne);
        await using var services = Services(engine.Bouncer, clock: clock);
        var context = Enter(services, TestSite.Banned);
        var watch = services.GetServices<IHostedService>().OfType<OpenRequestWatch>().Single();
        await watch.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => context.Ended == 1);
        Assert.Equal(0, clock.ArmedTimers);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Client_ThatCannotBeChecked_ContinuesAndTheOthersAreChecked()
    {
        await using var engine = await RunningEngine.StartAsync(BanOne);
        var failsAt = 1;
        var failing = new OwnEngine(engine.Bouncer)
        {
            OnCheck = number =>
            {
                if (number == failsAt)
                {
                    throw new IOException("as asked");
                }
            },
        };
        var logs = new FakeLogCollector();
        await using var services = Services(failing, logs);
        var sweep = services.GetRequiredService<OpenRequestSweep>();
        var contexts = Enumerable.Range(0, 3).Select(_ => Enter(services, TestSite.Banned)).ToArray();

        await sweep.RunAsync(CancellationToken.None);
        Assert.Equal(2, contexts.Sum(context => context.Ended));
        Assert.StartsWith("1 open connections could not be checked again", Assert.Single(logs.Lines, line => line.Id == EventIds.ConnectionsNotJudged).Text, StringComparison.Ordinal);

        // The next look counts afresh.
        await sweep.RunAsync(CancellationToken.None);
        Assert.Equal(3, contexts.Sum(context => context.Ended));
        Assert.Equal(1, logs.Count(EventIds.ConnectionsNotJudged));
        Assert.Equal("Ended 1 of 1 open connections, because their clients are banned now.", logs.Lines.Last(line => line.Id == EventIds.ConnectionsEnded).Text);
        failsAt = failing.Checks + 1;
        Enter(services, TestSite.Banned);
        await sweep.RunAsync(CancellationToken.None);
        Assert.StartsWith("1 ", logs.Lines.Last(line => line.Id == EventIds.ConnectionsNotJudged).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_KnownByMoreThanOneValue_IsCheckedByEach()
    {
        await using var engine = await RunningEngine.StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Captcha).Decide(DecisionScope.Country, "FR", Remediation.Ban),
            bouncer: b => b.Services.Configure<BouncerOptions>(options => options.Sync.Scopes = ["ip", "username", "country"]));
        await using var services = Services(engine.Bouncer);
        var judge = services.GetRequiredService<OpenClientEvaluator>();
        Assert.True(await judge.IsBannedAsync(
            new OpenClient(IPAddress.Parse(TestSite.Clean), null, [(DecisionScope.Username, "alice"), (DecisionScope.Country, "FR")]), CancellationToken.None));
        Assert.False(await judge.IsBannedAsync(
            new OpenClient(IPAddress.Parse(TestSite.Clean), null, [(DecisionScope.Username, "alice"), (DecisionScope.Country, "SE")]), CancellationToken.None));
    }

    /// <summary>What is not known comes to the fallback, as for a new request; so does what only the engine knows.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Remediation_WithoutAHandler_IsTheFallback(bool isDefined)
    {
        var unheard = new Remediation("unheard-of");
        await using var engine = await RunningEngine.StartAsync(
            lapi => lapi.Decide(TestSite.Banned, unheard), bouncer: b => _ = isDefined ? b.DefineRemediation(unheard, 150) : b);
        await using var services = Services(engine.Bouncer);
        var context = Enter(services, TestSite.Banned);
        await services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None);
        Assert.Equal(1, context.Ended);
    }

    /// <summary>While LAPI cannot be asked, every question would wait as long for the same answer.</summary>
    [Theory]
    [InlineData(BouncerMode.Live, true, VerdictSource.Unavailable, 1)]
    [InlineData(BouncerMode.Live, true, VerdictSource.Trusted, 3)]
    [InlineData(BouncerMode.Live, false, VerdictSource.Live, 3)]
    [InlineData(BouncerMode.Stream, true, VerdictSource.Unavailable, 3)]
    public async Task Outage_OfLiveAnswers_IsQueriedOnce(BouncerMode mode, bool isDown, VerdictSource source, int asked)
    {
        var clock = new TestClock();
        await using var real = await RunningEngine.StartAsync(
            state: mode == BouncerMode.Live ? EngineState.Live : EngineState.Stale,
            bouncer: b => b.Services.Configure<BouncerOptions>(options => options.TrustedNetworks = source == VerdictSource.Trusted ? [TestSite.Clean] : []),
            clock: clock);
        if (isDown)
        {
            await real.Lapi.Server.StopAsync();
            clock.Advance(SiteLapi.MaxStaleness * 2);
            await real.Bouncer.CheckAsync(IPAddress.Parse(TestSite.Banned), TestContext.Current.CancellationToken);
        }

        Assert.Equal(source, (await real.Bouncer.CheckAsync(IPAddress.Parse(TestSite.Clean), TestContext.Current.CancellationToken)).Source);
        var engine = new OwnEngine(real.Bouncer);
        await using var services = Services(engine);
        var contexts = Enumerable.Range(0, 3).Select(_ => Enter(services, TestSite.Clean)).ToArray();
        await services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None);
        Assert.Equal(asked, engine.Checks);
        Assert.All(contexts, context => Assert.Equal((0, 0), (context.Ended, context.Wronged)));
    }

    /// <summary>LAPI answers; there are only too many questions at once.</summary>
    [Fact]
    public async Task Client_ThatCannotBeQueriedAbout_IsNoOutage()
    {
        await using var real = await RunningEngine.StartAsync(
            state: EngineState.Live,
            bouncer: b => b.Services.Configure<BouncerOptions>(options => (options.Live.MaxConcurrentQueries, options.Live.Timeout) = (1, Eventually.DefaultDeadline)));
        var answered = new TaskCompletionSource();
        real.Lapi.OnAnswer = () => answered.Task;
        var asking = real.Bouncer.CheckAsync(IPAddress.Parse(TestSite.Banned), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => real.Lapi.Asked.Count == 1);
        Assert.Equal(VerdictSource.Unavailable, (await real.Bouncer.CheckAsync(IPAddress.Parse(TestSite.Clean), TestContext.Current.CancellationToken)).Source);

        var engine = new OwnEngine(real.Bouncer);
        await using var services = Services(engine);
        var contexts = Enumerable.Range(0, 3).Select(_ => Enter(services, TestSite.Clean)).ToArray();
        await services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None);
        Assert.Equal(3, engine.Checks);
        Assert.All(contexts, context => Assert.Equal((0, 0), (context.Ended, context.Wronged)));
        answered.SetResult();
        await asking;
    }

    [Fact]
    public async Task Look_ThatIsCancelled_EndsAndSaysNothing()
    {
        using var stop = new CancellationTokenSource();
        await using var engine = await RunningEngine.StartAsync(state: EngineState.Live);
        var logs = new FakeLogCollector();
        await using var services = Services(engine.Bouncer, logs);
        Enter(services, TestSite.Clean);
        var sweep = services.GetRequiredService<OpenRequestSweep>();
        engine.Lapi.OnAnswer = stop.CancelAsync;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweep.RunAsync(stop.Token));
        Assert.Single(engine.Lapi.Asked);
        engine.Lapi.OnAnswer = null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweep.RunAsync(stop.Token));
        Assert.Single(engine.Lapi.Asked);
        Assert.Equal(0, logs.Count(EventIds.ConnectionsNotJudged));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(WeakReference Context, WeakReference Endpoint)> ServeAsync(IServiceProvider services)
    {
        var endpoint = new Endpoint(null, null, "one");
        var context = new ServerContext();
        services.GetRequiredService<OpenRequests>().Enter(context.Http, RequestOf(services, TestSite.Clean) with { Endpoint = endpoint });
        await context.EndAsync();
        return (new WeakReference(context), new WeakReference(endpoint));
    }

    private static ServerContext Enter(IServiceProvider services, string client, ServerContext? context = null)
    {
        context ??= new ServerContext();
        context.Begin(isBanned: client == TestSite.Banned);
        services.GetRequiredService<OpenRequests>().Enter(context.Http, RequestOf(services, client));
        return context;
    }

    private static BouncerRequest RequestOf(IServiceProvider services, string client)
    {
        var settings = services.GetRequiredService<HttpSettingsProvider>().Current;
        return new(settings, settings.Policies.Default, IPAddress.Parse(client), null, default, IsUnresolved: false);
    }

    private static void BanOne(DecisionDatabase lapi) => lapi.Ban(TestSite.Banned);

    private static ServiceProvider Services(IBouncer? bouncer = null, FakeLogCollector? logs = null, TimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock ?? TimeProvider.System);
        services.AddLogging(logging => _ = logs is null ? logging : logging.AddCollector(logs)).AddMetrics();
        if (bouncer is null)
        {
            services.AddIdleBouncer();
        }
        else
        {
            services.AddSingleton(bouncer).AddBouncerHttp();
        }

        return services.BuildServiceProvider();
    }
}

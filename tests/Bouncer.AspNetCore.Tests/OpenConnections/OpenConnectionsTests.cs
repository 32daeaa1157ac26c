using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>A ban ends what its client has open, with the poll that brings it.</summary>
public sealed class OpenConnectionsTests
{
    public static TheoryData<string> Kinds => OpenStream.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task R12_Ban_EndsWhatItsClientHasOpenWithThePoll(string kind)
    {
        await using var site = await OpenSite.StartAsync();
        await using var banned = await OpenStream.OpenAsync(site, kind, OpenSite.Client);
        await using var other = await OpenStream.OpenAsync(site, kind, OpenSite.Neighbour);

        await site.BanAsync(OpenSite.Client);

        await banned.EndsAsync();
        await Eventually.TrueAsync(() => site.AbortedOf(OpenSite.Client) == 1);
        await other.GoesOnAsync();
        Assert.Equal(0, site.AbortedOf(OpenSite.Neighbour));
    }

    [Theory]
    [InlineData("websocket/1")]
    [InlineData("websocket/2")]
    [InlineData("fetch/1")]
    [InlineData("events/2")]
    public async Task R12_UseBouncerAlone_DoesTheSame(string kind)
    {
        await using var site = await OpenSite.StartAsync("alone");
        await using var banned = await OpenStream.OpenAsync(site, kind, OpenSite.Client);
        await using var other = await OpenStream.OpenAsync(site, kind, OpenSite.Neighbour);

        await site.BanAsync(OpenSite.Client);

        await banned.EndsAsync();
        await other.GoesOnAsync();
    }

    /// <summary>Clients behind one proxy share its connection.</summary>
    [Fact]
    public async Task R12_StreamsOfOneConnection_EndByTheirOwnClients()
    {
        await using var site = await OpenSite.StartAsync();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        await using var first = await OpenStream.OpenAsync(site, "events/2", OpenSite.Client, handler);
        await using var second = await OpenStream.OpenAsync(site, "grpc/2", OpenSite.Client, handler);
        await using var third = await OpenStream.OpenAsync(site, "websocket/2", OpenSite.Client, handler);
        await using var other = await OpenStream.OpenAsync(site, "events/2", OpenSite.Neighbour, handler);
        Assert.Equal(1, site.Connections);

        await site.BanAsync(OpenSite.Client);

        await first.EndsAsync();
        await second.EndsAsync();
        await third.EndsAsync();
        await other.GoesOnAsync();
        await using var later = await OpenStream.OpenAsync(site, "lines/2", OpenSite.Neighbour, handler);
        await later.GoesOnAsync();
        Assert.Equal(1, site.Connections);
    }

    [Theory]
    [InlineData("192.0.2.0/28", "ban")]
    [InlineData("192.0.2.10", "unheard-of")]
    public async Task Decision_ThatComesToABan_Ends(string value, string type)
    {
        await using var site = await OpenSite.StartAsync();
        await using var banned = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await site.BanAsync(value, type);
        await banned.EndsAsync();
    }

    /// <summary>A stronger remediation that refuses nothing leaves the request to the ban below it.</summary>
    [Fact]
    public async Task Ban_BelowAStrongerRemediation_Ends()
    {
        var watched = new Remediation("watched");
        await using var site = await OpenSite.StartAsync(bouncer: bouncer => bouncer.AddRemediation<PassingHandler>(watched, 2000));
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await site.BanAsync(OpenSite.Client, watched.Name);
        await StaysAsync(site, stream);
        await site.BanAsync(OpenSite.Client);
        await stream.EndsAsync();
    }

    /// <summary>Weaker decisions leave what is open alone; a ban on top of them ends it.</summary>
    [Fact]
    public async Task Client_ThrottledOrChallenged_ContinuesUntilItIsBanned()
    {
        await using var site = await OpenSite.StartAsync();
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await site.BanAsync(OpenSite.Client, "throttle");
        await using var throttled = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await site.BanAsync(OpenSite.Client, "captcha");
        await site.BanAsync(OpenSite.Client, "mfa");
        await StaysAsync(site, stream, throttled);

        await site.BanAsync(OpenSite.Client);

        await stream.EndsAsync();
        await throttled.EndsAsync();
    }

    [Theory]
    [InlineData("exempt")]
    [InlineData("mild", "Bouncer:Http:Policies:mild:Map:ban", "none")]
    [InlineData("mild", "Bouncer:Http:Policies:mild:Maximum", "throttle")]
    [InlineData("mild", "Bouncer:Http:Policies:mild:DryRun", "true")]
    [InlineData("mild", "Bouncer:Http:Policies:mild:Decisions", "false")]
    [InlineData("mild", "Bouncer:TrustedNetworks:0", "192.0.2.10")]
    public async Task Client_WhomTheRequestsPolicyDoesNotBan_Continues(string path, string key = "Bouncer:Http:LogRefusals", string value = "false")
    {
        await using var site = await OpenSite.StartAsync(settings: (key, value));
        await using var stream = await OpenStream.OpenAsync(site, path + "/1", OpenSite.Client);
        await site.BanAsync(OpenSite.Client);
        await StaysAsync(site, stream);
    }

    /// <summary>Such a header may lead another server elsewhere, so all policies count, as for a new request.</summary>
    [Theory]
    [InlineData("X-HTTP-Method-Override", "DELETE", true)]
    [InlineData("X-Original-URL", "/other", true)]
    [InlineData("X-Ordinary", "x", false)]
    public async Task F13_AHeaderThatNamesAnotherRequest_EndsWhatAnotherPolicyRefuses(string header, string value, bool ends)
    {
        await using var site = await OpenSite.StartAsync(settings: ("Bouncer:Http:Policies:mild:DryRun", "true"));
        await using var stream = await OpenStream.OpenAsync(site, "mild/1", OpenSite.Client, header: (header, value));

        await site.BanAsync(OpenSite.Client);

        await (ends ? stream.EndsAsync() : stream.GoesOnAsync());
    }

    /// <summary>Such a path may lead another server elsewhere, so its request is judged, and judged again, by the default policy.</summary>
    [Fact]
    public async Task ExemptEndpoint_AskedForByAAmbiguousPath_IsUnderTheDefaultPolicy()
    {
        await using var site = await OpenSite.StartAsync(settings: ("Bouncer:Http:Policies:default:Map:throttle", "ban"));
        await using var stream = await OpenStream.OpenAsync(site, "exempt..;/1", OpenSite.Client);
        await site.BanAsync(OpenSite.Client, "throttle");
        await stream.EndsAsync();
    }

    [Fact]
    public async Task OptionOff_NothingIsWatchedAndNothingEnds()
    {
        await using var site = await OpenSite.StartAsync(settings: ("Bouncer:Http:Ban:EndOpenConnections", "false"));
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await site.BanAsync(OpenSite.Client);
        Assert.Equal(0, site.Requests.Places.Length);

        // From here on others are looked at, and this one still is not.
        site.Reload("Bouncer:Http:Ban:EndOpenConnections", "true");
        await StaysAsync(site, stream);
    }

    [Fact]
    public async Task OptionTurnedOff_WhatWasWatchedContinues()
    {
        await using var site = await OpenSite.StartAsync();
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        Assert.Equal(1, site.Watched);
        site.Reload("Bouncer:Http:Ban:EndOpenConnections", "false");
        await site.BanAsync(OpenSite.Client);
        await site.BanAsync("198.51.100.1");
        await stream.GoesOnAsync();
        Assert.Empty(site.Ended);
    }

    [Theory]
    [InlineData("Bouncer:Http:Policies:mild:Map:ban", "none", "ban")]
    [InlineData("Bouncer:Http:Policies:mild:DryRun", "true", "false")]
    [InlineData("Bouncer:Http:Policies:mild:Decisions", "false", "true")]
    public async Task Reload_ThatRefusesWhatWasAllowed_EndsWithoutAPoll(string key, string before, string after)
    {
        await using var site = await OpenSite.StartAsync(settings: (key, before));
        await site.BanAsync(OpenSite.Client);
        Assert.Equal(StatusCodes.Status403Forbidden, await site.StatusAsync("/quick", OpenSite.Client));
        await using var other = await OpenStream.OpenAsync(site, "mild/1", OpenSite.Neighbour);
        await using var stream = await OpenStream.OpenAsync(site, "mild/1", OpenSite.Client);

        site.Reload(key, after);

        await stream.EndsAsync();
        await other.GoesOnAsync();
    }

    /// <summary>The settings of the engine change alone, as after those of the web layer.</summary>
    [Fact]
    public async Task Reload_ThatTrustsANetworkNoMore_EndsWithoutAPoll()
    {
        using var trust = new ChangingTrust { Network = OpenSite.Client };
        await using var site = await OpenSite.StartAsync(bouncer: bouncer => bouncer.Services
            .Configure<BouncerOptions>(options => options.TrustedNetworks = [trust.Network])
            .AddSingleton<IOptionsChangeTokenSource<BouncerOptions>>(trust));
        await site.BanAsync(OpenSite.Client);
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);

        trust.Change("198.51.100.0/24");

        await stream.EndsAsync();
    }

    /// <summary>The hook let the client through although it is banned: no other change takes that back.</summary>
    [Fact]
    public async Task Hook_LetABannedClientThrough_ItContinues()
    {
        var calls = 0;
        await using var site = await OpenSite.StartAsync(bouncer: b => b.ConfigureHttp(http => http.OnRemediating = context =>
        {
            calls++;
            return new(Remediation.None);
        }));
        await site.BanAsync(OpenSite.Client);
        Assert.Equal(StatusCodes.Status200OK, await site.StatusAsync("/quick", OpenSite.Client));
        Assert.True(calls > 0);
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        var before = calls;
        await StaysAsync(site, stream);
        Assert.Equal(before, calls);
    }

    [Fact]
    public async Task Ban_LiftedOrEndedBeforeItWasTold_EndsNothing()
    {
        await using var site = await OpenSite.StartAsync();
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        var id = site.Lapi.Database.Add(OpenSite.Client, TimeSpan.FromHours(1));
        site.Lapi.Database.Delete(id);
        site.Lapi.Database.Add(OpenSite.Client, TimeSpan.Zero);
        await StaysAsync(site, stream);
    }

    [Fact]
    public async Task LapiDown_NothingEnds()
    {
        await using var site = await OpenSite.StartAsync(settings: [("Bouncer:Sync:MaxStaleness", "00:00:15"), ("Bouncer:Http:WhenUnavailable", "ban")]);
        await using var stream = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await site.Lapi.StopAsync();
        for (var poll = 0; poll < 3; poll++)
        {
            await site.PollAsync();
        }

        Assert.Equal(StatusCodes.Status403Forbidden, await site.StatusAsync("/quick", OpenSite.Neighbour));
        site.Reload("Bouncer:Http:LogRefusals", "true");
        await Eventually.TrueAsync(() => site.Logs.Count(2011) == 1);
        await stream.GoesOnAsync();
        Assert.Empty(site.Ended);
    }

    [Fact]
    public async Task Ended_AreCountedByKindAndLoggedOnceALook()
    {
        await using var site = await OpenSite.StartAsync();
        string[] kinds = ["websocket/1", "websocket/2", "events/1", "capitals/1", "grpc/2", "lines/1", "upload/2", "later/1"];
        List<OpenStream> streams = [];
        foreach (var kind in kinds)
        {
            streams.Add(await OpenStream.OpenAsync(site, kind, OpenSite.Client));
        }

        await using var other = await OpenStream.OpenAsync(site, "events/1", OpenSite.Neighbour);
        await site.BanAsync(OpenSite.Client);
        await Task.WhenAll(streams.Select(stream => stream.EndsAsync()));
        await Eventually.TrueAsync(() => site.Ended.Length == 1);

        Assert.Equal("Ended 8 of 9 open connections, because their clients are banned now.", site.Ended[0]);
        Assert.Equal(
            ["event_stream", "event_stream", "grpc", "other", "other", "other", "websocket", "websocket"],
            site.EndedCount.Tags.Select(tags => tags.Replace("bouncer.remediation=ban bouncer.kind=", "", StringComparison.Ordinal)).Order());
        Assert.DoesNotContain(site.Logs.Lines, line => line.Text.Contains(OpenSite.Client, StringComparison.Ordinal));
    }

    [Fact]
    public async Task LogThatFails_TheNextLookHappens()
    {
        var log = FakeLogCollector.Create(new()
        {
            OutputFormatter = record => record.Id.Id == EventIds.ConnectionsEnded ? throw new IOException("as asked") : record.Message,
            OutputSink = _ => { },
        });
        await using var site = await OpenSite.StartAsync(configure: builder => builder.Logging.AddCollector(log));
        await using var first = await OpenStream.OpenAsync(site, "events/1", OpenSite.Client);
        await using var second = await OpenStream.OpenAsync(site, "events/1", OpenSite.Neighbour);
        await site.BanAsync(OpenSite.Client);
        await first.EndsAsync();
        await site.BanAsync(OpenSite.Neighbour);
        await second.EndsAsync();
        Assert.NotEqual(0, log.Count(EventIds.ConnectionsEnded));
        Assert.False(site.App.Lifetime.ApplicationStopping.IsCancellationRequested);
    }

    /// <summary>Has a look happen that ends somebody else's stream, and finds these going on after it.</summary>
    private static async Task StaysAsync(OpenSite site, params OpenStream[] streams)
    {
        const string Third = "203.0.113.3";
        var before = site.Ended.Length;
        await using var third = await OpenStream.OpenAsync(site, "events/1", Third);
        await site.BanAsync(Third);
        await third.EndsAsync();
        await Eventually.TrueAsync(() => site.Ended.Length > before);
        foreach (var stream in streams)
        {
            await stream.GoesOnAsync();
        }

        Assert.All(site.Ended[before..], line => Assert.StartsWith("Ended 1 ", line, StringComparison.Ordinal));
        Assert.Equal(0, site.AbortedOf(OpenSite.Client));
    }

    private sealed class PassingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => new(RemediationResult.Continue);
    }

    private sealed class ChangingTrust : IOptionsChangeTokenSource<BouncerOptions>, IDisposable
    {
        private CancellationTokenSource _change = new();

        internal required string Network { get; set; }

        public string? Name => Options.DefaultName;

        public void Dispose() => _change.Dispose();

        public IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

        internal void Change(string network)
        {
            Network = network;
            using var changed = Interlocked.Exchange(ref _change, new CancellationTokenSource());
            changed.Cancel();
        }
    }
}

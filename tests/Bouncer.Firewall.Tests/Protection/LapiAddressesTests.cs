using System.Net;
using System.Net.Sockets;
using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.Protection;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Protection;

/// <summary>LAPI is named by a name, and the name server does what it likes.</summary>
public sealed class LapiAddressesTests
{
    private const string Known = "198.51.100.8";
    private const string Other = "198.51.100.9";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B6_NameServer_ThatIsSilent_DelaysNeitherDeltasNorRepairs_AndIsUsedWhenItAnswers()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("203.0.113.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("203.0.113.7");

        fixture.Network.Answer = new();
        fixture.Network.Change();
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => fixture.Network.Lookups == 2);
        await fixture.AddAsync("203.0.113.8", Hour);
        await fixture.BlocksAsync("203.0.113.7", "203.0.113.8");

        fixture.Backend.Held.Clear();
        fixture.Backend.Suspect();
        await fixture.BlocksAsync("203.0.113.7", "203.0.113.8");
        Assert.Contains(Known, Allowed(fixture));
        Assert.Equal(2, fixture.Backend.Calls.Count(call => call == "look"));

        fixture.Network.Answer.SetResult([IPAddress.Parse(Other)]);
        await Eventually.TrueAsync(() =>
        {
            fixture.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return Allowed(fixture).Contains(Other);
        });
        Assert.DoesNotContain(Known, Allowed(fixture));
        Assert.Equal(2, fixture.Backend.Calls.Count(call => call == "look"));
    }

    [Fact]
    public async Task B6_FirstLook_WithASilentNameServer_WaitsFiveSecondsAndNoLookAfterItAny()
    {
        await using var fixture = new FirewallFixture();
        fixture.Network.Answer = new();
        await fixture.TellAllAsync();
        var first = fixture.Firewall.ApplyAsync(Token);
        await Eventually.TrueAsync(() => fixture.Clock.IsArmedIn(TimeSpan.FromSeconds(5)));
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(first.IsCompleted);
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await first.WaitAsync(Deadline, Token);
        Assert.Single(Misses(fixture));
        await fixture.Firewall.ApplyAsync(Token).WaitAsync(Deadline, Token);
        Assert.Equal(["127.0.0.0/8", "192.0.2.1", "::1"], Allowed(fixture));

        fixture.Network.Answer.SetResult([IPAddress.Parse(Known)]);
        await FollowAsync(fixture);
        Assert.Contains(Known, Allowed(fixture));
    }

    [Fact]
    public async Task B6_FirstLook_Cancelled_EndsAtOnce()
    {
        await using var fixture = new FirewallFixture();
        fixture.Network.Answer = new();
        await fixture.TellAllAsync();
        using var cancel = new CancellationTokenSource();
        var first = fixture.Firewall.ApplyAsync(cancel.Token);
        await Eventually.TrueAsync(() => fixture.Clock.ArmedTimers > 0);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Deadline, Token));
    }

    [Fact]
    public async Task B6_Looks_WhileALookupRuns_BeginOneMoreAfterIt()
    {
        await using var fixture = new FirewallFixture();
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        fixture.Network.Answer = new();
        for (var look = 0; look < 5; look++)
        {
            await fixture.Firewall.ApplyAsync(Token).WaitAsync(Deadline, Token);
        }

        Assert.Equal(2, fixture.Network.Lookups);
        var answer = fixture.Network.Answer;
        fixture.Network.Answer = null;
        answer.SetException(new SocketException(11001));
        await Eventually.TrueAsync(() => fixture.Network.Lookups == 3);
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Equal(4, fixture.Network.Lookups);
        Assert.Contains(Known, Allowed(fixture));
    }

    [Fact]
    public async Task B6_Answer_ThatDiffersEachTime_BeginsNoLookupByItself()
    {
        await using var fixture = new FirewallFixture();
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        fixture.Network.Answer = new();
        await fixture.Firewall.ApplyAsync(Token).WaitAsync(Deadline, Token);
        fixture.Network.Answer.SetResult([IPAddress.Parse(Other), IPAddress.Parse(Known)]);
        await FollowAsync(fixture);
        Assert.Contains(Other, Allowed(fixture));
        Assert.Equal(2, fixture.Network.Lookups);

        fixture.Network.Answer = null;
        fixture.Network.Addresses = [Known, Other, Known];
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Null(fixture.Get<ProtectedNetworks>().Due);
    }

    [Fact]
    public async Task B6_NameServer_ThatFails_IsLoggedOnceUntilItAnswers()
    {
        await using var fixture = new FirewallFixture();
        await fixture.TellAllAsync();
        int[] told = [1, 1, 1, 2];
        for (var look = 0; look < told.Length; look++)
        {
            fixture.Network.ResolveFault = look == 2 ? null : new SocketException(11001);
            fixture.Network.Addresses = [Other];
            await fixture.Firewall.ApplyAsync(Token);
            Assert.Equal(told[look], Misses(fixture).Count());
            Assert.Equal(look >= 2, Allowed(fixture).Contains(Other));
        }
    }

    [Fact]
    public async Task B6_Answer_WithoutAnAddress_LeavesWhatWasKnown()
    {
        await using var fixture = new FirewallFixture();
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        fixture.Network.Addresses = [];
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Contains(Known, Allowed(fixture));
        Assert.Single(Misses(fixture));
    }

    [Theory]
    [InlineData("http://198.51.100.8:8080/", "198.51.100.8")]
    [InlineData("http://[2001:db8::8]:8080/", "2001:db8::8")]
    [InlineData("http://[::ffff:198.51.100.8]:8080/", "198.51.100.8")]
    [InlineData("http://[fe80::8%251]:8080/", "fe80::8")]
    public async Task B6_Lapi_NamedByItsAddress_IsNotLookedUp(string url, string address)
    {
        await using var fixture = new FirewallFixture(core: options => options.Lapi.Url = new Uri(url));
        fixture.Network.Answer = new();
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token).WaitAsync(Deadline, Token);
        Assert.Contains(address, Allowed(fixture));
        Assert.Equal(0, fixture.Network.Lookups);
    }

    [Fact]
    public async Task Dispose_WhileALookupRuns_EndsTheWaitAndReceivesNothingMore()
    {
        var log = new FakeLogCollector();
        using var logging = LoggerFactory.Create(builder => builder.AddCollector(log));
        var network = new FakeNetworkView { Answer = new() };
        var changes = 0;
        using (var lapi = new LapiAddresses("LAPI", new Uri("http://lapi.example/"), network, new TestClock(), logging.CreateLogger("lapi")))
        {
            lapi.Changed += () => changes++;
            lapi.Ask();
            lapi.Ask();
            var first = lapi.FirstAsync(Token);
            Assert.False(first.IsCompleted);
            lapi.Dispose();
            await first.WaitAsync(Deadline, Token);
            network.Answer.SetResult([IPAddress.Parse(Known)]);
            lapi.Ask();
            Assert.Empty(lapi.Known);
        }

        Assert.Equal((0, 1), (changes, network.Lookups));
        Assert.Empty(log.Transcript);
    }

    [Fact]
    public async Task Lookup_ThatFailsLateOrAfterTheEnd_LeavesNoExceptionUnobserved()
    {
        var text = Guid.NewGuid().ToString();
        var unobserved = 0;
        void Note(object? sender, UnobservedTaskExceptionEventArgs failure) =>
            unobserved += failure.Exception.InnerExceptions.Any(one => one.Message == text) ? 1 : 0;

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await FailAsync(text, endsFirst: false);
            await FailAsync(text, endsFirst: true);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(0, unobserved);
            _ = Task.FromException(new InvalidOperationException(text));
            await Eventually.TrueAsync(() =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return unobserved == 1;
            });
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    private static async Task FailAsync(string text, bool endsFirst)
    {
        var clock = new TestClock();
        var network = new FakeNetworkView { Answer = new() };
        using var logging = LoggerFactory.Create(_ => { });
        using var lapi = new LapiAddresses("LAPI", new Uri("http://lapi.example/"), network, clock, logging.CreateLogger("lapi"));
        lapi.Ask();
        clock.Advance(TimeSpan.FromSeconds(6));
        await lapi.FirstAsync(Token).WaitAsync(Deadline, Token);
        if (endsFirst)
        {
            lapi.Dispose();
        }

        network.Answer.SetException(new InvalidOperationException(text));
    }

    /// <summary>Does what the service does once it is woken, until nothing is due.</summary>
    private static async Task FollowAsync(FirewallFixture fixture)
    {
        await Eventually.TrueAsync(() => fixture.Get<ProtectedNetworks>().Due is not null);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await fixture.Get<FirewallEngine>().UpdateAsync(isThorough: false, Token);
        Assert.Null(fixture.Get<ProtectedNetworks>().Due);
    }

    private static IEnumerable<string> Allowed(FirewallFixture fixture) => fixture.Backend.Allowed.Select(network => network.ToString());

    private static IEnumerable<string> Misses(FirewallFixture fixture) => fixture.Log.Transcript.Where(line => line.StartsWith("4010 Warning", StringComparison.Ordinal));
}

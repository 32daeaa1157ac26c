using System.Globalization;
using System.Net.Sockets;
using Bouncer.Firewall.Protection;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Protection;

/// <summary>What is heard of the routes of a network of our own.</summary>
public sealed class RouteMonitorTests : IDisposable
{
    /// <summary>The least that the kernel gives: a few messages fill it.</summary>
    private const int SmallBuffer = 1;

    private readonly NetworkNamespace _network = new();
    private readonly TestClock _clock = new();
    private readonly FakeLogCollector _log = new();
    private readonly List<Socket> _sockets = [];
    private int _changes;

    public RouteMonitorTests() => _network.Ip("""
        link add east type veth peer name west
        link set east up
        link set west up
        address add 192.0.2.1/24 dev east
        address add 2001:db8::1/64 dev east nodad
        """);

    [Theory]
    [InlineData("route add default via 192.0.2.2")]
    [InlineData("route add default via 192.0.2.2 table 7")]
    [InlineData("route add ::/0 via 2001:db8::2")]
    [InlineData("route add default nexthop via 192.0.2.2 nexthop via 192.0.2.3")]
    [InlineData("nexthop add id 5 via 192.0.2.2 dev east")]
    [InlineData("address add 192.0.2.9/24 dev east")]
    [InlineData("link set east down")]
    public async Task Change_ThatMatters_IsDetected(string change)
    {
        using var monitor = Listen();
        _network.Ip(change);
        await HeardAsync();
        Assert.Empty(_log.Transcript);
    }

    [Fact]
    public async Task Change_OfOtherRoutes_IsPassedOver()
    {
        using var monitor = Listen();

        // The links that were set up just now have something to tell at first. Each try has a gateway of its own: the kernel does
        // not tell of a route that is replaced by the same.
        var gateway = 2;
        await Eventually.TrueAsync(async () =>
        {
            await RestAsync();
            _network.Ip("route add 198.51.100.0/24 via 192.0.2.2\nroute del 198.51.100.0/24\nroute add 2001:db8:1::/48 via 2001:db8::2\nroute del 2001:db8:1::/48");
            _network.Ip($"route replace default via 192.0.2.{gateway++}");
            await Eventually.TrueAsync(() => Volatile.Read(ref _changes) > 0);
            return Volatile.Read(ref _changes) == 1;
        });
    }

    /// <summary>The first burst comes before anything is read, so that the socket overflows whatever the machine's speed.</summary>
    [Fact]
    public async Task Burst_OfMoreThanTheSocketHolds_IsDetected_AndSoIsEachChangeAfterIt()
    {
        using var monitor = new RouteMonitor(
            () =>
            {
                var socket = Open();
                socket.ReceiveBufferSize = SmallBuffer;
                Burst("add", 200);
                Assert.True(Told().Drops > 0);
                return socket;
            },
            () => Interlocked.Increment(ref _changes),
            _clock,
            new FakeLogger(_log));
        await HeardAsync();
        for (var round = 0; round < 4; round++)
        {
            await GatewayIsHeardAsync(round);
            Burst(round % 2 == 0 ? "del" : "add", 200);
        }

        Assert.Single(_sockets);
        Assert.Empty(_log.Transcript);
    }

    [Fact]
    public async Task Burst_OfTwentyThousandRoutes_LeavesTheWatchAlive()
    {
        using var monitor = Listen();
        Burst("add", 20_000);
        await GatewayIsHeardAsync(0);
        _network.Ip("route flush root 10.0.0.0/8");
        await GatewayIsHeardAsync(1);
        Assert.Single(_sockets);
        Assert.Empty(_log.Transcript);
    }

    [Fact]
    public async Task Listening_ThatBreaks_IsLoggedOnceAndBegunAgain()
    {
        using var monitor = Listen();
        for (var round = 1; round < 4; round++)
        {
            _sockets[^1].Close();
            await Eventually.TrueAsync(() => _clock.ArmedTimers > 0);
            _network.Ip($"route replace default via 192.0.2.{10 + round}");
            await ReopenAsync(round + 1);

            // Of what came before the new socket nothing is told.
            await HeardAsync();
            _network.Ip($"route replace default via 192.0.2.{20 + round}");
            await HeardAsync();
            Assert.Equal(round, _log.Transcript.Length);
        }

        Assert.All(_log.Transcript, line => Assert.StartsWith("4015 Warning", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listening_ThatIsRefused_IsLoggedOnceAndTriedAgain()
    {
        var refusals = 0;
        using var monitor = new RouteMonitor(
            () => ++refusals < 4 ? throw new SocketException((int)SocketError.AccessDenied) : _network.Run(RouteMonitor.Open),
            () => Interlocked.Increment(ref _changes),
            _clock,
            new FakeLogger(_log));
        for (var tries = 2; tries < 5; tries++)
        {
            await Eventually.TrueAsync(() => _clock.ArmedTimers > 0);
            Assert.Equal(0, _changes);
            _clock.Advance(TimeSpan.FromSeconds(5));
            await Eventually.TrueAsync(() => Volatile.Read(ref refusals) == tries);
        }

        await HeardAsync();
        _network.Ip("route add default via 192.0.2.2");
        await HeardAsync();
        Assert.StartsWith("4015 Warning", Assert.Single(_log.Transcript), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithoutPrivileges_IsAllowed()
    {
        using var socket = _network.RunWithoutNetAdmin(RouteMonitor.Open);
        Assert.NotNull(socket);
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _network.Dispose();
    }

    private RouteMonitor Listen() => new(Open, () => Interlocked.Increment(ref _changes), _clock, new FakeLogger(_log));

    private Socket Open()
    {
        var socket = _network.Run(RouteMonitor.Open);
        _sockets.Add(socket);
        return socket;
    }

    private void Burst(string verb, int routes) =>
        _network.Ip(string.Join('\n', Enumerable.Range(0, routes).Select(route => $"route {verb} 10.{route / 256}.{route % 256}.0/24 via 192.0.2.9")));

    private async Task GatewayIsHeardAsync(int round)
    {
        await RestAsync();
        _network.Ip($"route replace default via 192.0.2.{10 + round}");
        await HeardAsync();
    }

    private async Task ReopenAsync(int sockets)
    {
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => _sockets.Count == sockets);
    }

    /// <summary>Waits until something was heard, and counts from there.</summary>
    private async Task HeardAsync()
    {
        await Eventually.TrueAsync(() => Volatile.Read(ref _changes) > 0);
        await RestAsync();
    }

    /// <summary>Waits until all that was told has been heard.</summary>
    private async Task RestAsync()
    {
        await Eventually.TrueAsync(() => Told().Unread == 0);
        Interlocked.Exchange(ref _changes, 0);
    }

    /// <summary>How many bytes wait in the sockets that listen in the network, and how many messages found no room.</summary>
    private (long Unread, long Drops) Told()
    {
        long[][] sockets = [.. _network.Run(() => File.ReadAllLines("/proc/thread-self/net/netlink")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1] == "0" && fields[3] != "00000000")
            .Select(fields => new[] { long.Parse(fields[4], CultureInfo.InvariantCulture), long.Parse(fields[8], CultureInfo.InvariantCulture) })];
        return (sockets.Sum(socket => socket[0]), sockets.Sum(socket => socket[1]));
    }
}

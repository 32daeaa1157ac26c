using System.Net.NetworkInformation;
using System.Net.Sockets;
using Bouncer.Firewall.Protection;
using Bouncer.TestUtils.Networks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.Firewall.Tests.Protection;

/// <summary>Which gateways are found in a network that has just these routes.</summary>
public sealed class LinuxRoutesTests
{
    private const string Links = """
        link add east type veth peer name west
        link set east up
        link set west up
        address add 192.0.2.1/24 dev east
        address add 2001:db8::1/64 dev east nodad
        """;

    [Theory]
    [InlineData("", "")]
    [InlineData("route add default dev east", "")]
    [InlineData("route add unreachable default", "")]
    [InlineData("route add 198.51.100.0/24 via 192.0.2.2", "")]
    [InlineData("route add 0.0.0.0/1 via 192.0.2.2", "")]
    [InlineData("route add default via 192.0.2.2", "192.0.2.2")]
    [InlineData("route add default nexthop via 192.0.2.2 nexthop via 192.0.2.3 weight 9", "192.0.2.2 192.0.2.3")]
    [InlineData("route add default via 192.0.2.2\nroute add default via 192.0.2.3 metric 5", "192.0.2.2 192.0.2.3")]
    [InlineData("rule add from 192.0.2.1 table 7\nroute add default via 192.0.2.2 table 7", "192.0.2.2")]
    [InlineData("rule add from 192.0.2.1 table 70000\nroute add default via 192.0.2.2 table 70000", "192.0.2.2")]
    [InlineData("route add default via 192.0.2.2\nroute add default via 192.0.2.3 table 7", "192.0.2.2 192.0.2.3")]
    [InlineData("route add ::/0 via 2001:db8::2", "2001:db8::2")]
    [InlineData("route add ::/0 via fe80::2 dev east", "fe80::2")]
    [InlineData("route add ::/0 nexthop via 2001:db8::2 nexthop via fe80::3 dev east", "2001:db8::2 fe80::3")]
    [InlineData("route add ::/0 via 2001:db8::2 table 7", "2001:db8::2")]
    [InlineData("route add ::/0 from 2001:db8::/64 via 2001:db8::2", "2001:db8::2")]
    [InlineData("route add 0.0.0.0/0 via inet6 fe80::2 dev east", "fe80::2")]
    [InlineData("route add 0.0.0.0/0 nexthop via 192.0.2.2 nexthop via inet6 2001:db8::2 dev east", "192.0.2.2 2001:db8::2")]
    [InlineData("route add default via 192.0.2.2\nroute add ::/0 via 2001:db8::2", "192.0.2.2 2001:db8::2")]
    public void FindGateways_OfARoute_FindsEachNextHopOfEachDefaultRoute(string routes, string gateways)
    {
        using var network = new NetworkNamespace();
        network.Ip(Links + "\n" + routes);
        Assert.Equal(gateways, Found(network));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public void FindGateways_OfNextHopObjects_FindsWhereTheyLead_AlsoIfRoutesOnlyNameThem(string compatibility)
    {
        using var network = new NetworkNamespace();
        network.Run(() => File.WriteAllText("/proc/sys/net/ipv4/nexthop_compat_mode", compatibility));
        network.Ip(Links + """

            nexthop add id 5 via 192.0.2.2 dev east
            nexthop add id 6 via 2001:db8::2 dev east
            nexthop add id 7 via 192.0.2.3 dev east
            nexthop add id 8 via 192.0.2.4 dev east
            nexthop add id 3 group 5/7
            route add default nhid 3
            route add 198.51.100.0/24 nhid 8
            route add ::/0 nhid 6
            """);
        Assert.Equal("192.0.2.2 192.0.2.3 2001:db8::2", Found(network));
    }

    [Fact]
    public void FindGateways_AmongThousandsOfOtherRoutes_FindsAllOfThem()
    {
        using var network = new NetworkNamespace();
        network.Ip(Links + "\n" + string.Join('\n', Enumerable.Range(0, 2000).Select(route => $"route add 10.{route / 256}.{route % 256}.0/24 via 192.0.2.9")));
        network.Ip("""
            route add default nexthop via 192.0.2.2 nexthop via 192.0.2.3
            route add default via 192.0.2.4 table 250
            route add ::/0 via 2001:db8::2
            """);
        Assert.Equal("192.0.2.2 192.0.2.3 192.0.2.4 2001:db8::2", Found(network));
        Assert.Throws<IOException>(() => network.Run(() => LinuxRoutes.FindGateways(new HastyClock())));
    }

    [Fact]
    public void FindGateways_OfMoreThanAnyMachineHas_StopsAtSome()
    {
        using var network = new NetworkNamespace();
        network.Ip(Links + "\n" + string.Join('\n', Enumerable.Range(1000, 1100).Select(route => $"route add ::/0 via 2001:db8::{route:x} table {route}")));
        Assert.Equal(1024, network.Run(() => LinuxRoutes.FindGateways(TimeProvider.System)).Count);
    }

    [Fact]
    public void FindGateways_WithoutPrivileges_FindsThem()
    {
        using var network = new NetworkNamespace();
        network.Ip(Links + "\nroute add default nexthop via 192.0.2.2 nexthop via 192.0.2.3");
        Assert.Equal(2, network.RunWithoutNetAdmin(() => LinuxRoutes.FindGateways(TimeProvider.System)).Count);
    }

    /// <summary>The files are those of the network that this process began in.</summary>
    [Fact]
    public void FindGateways_WhereTheKernelDoesNotAnswer_FindsWhatItsFilesTell()
    {
        using var view = new SystemNetworkView(() => throw new SocketException((int)SocketError.AddressFamilyNotSupported), RouteMonitor.Open, TimeProvider.System, NullLogger.Instance);
        var told = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().GatewayAddresses).Select(gateway => gateway.Address);
        Assert.Equal(told, view.FindGateways());
    }

    private static string Found(NetworkNamespace network)
    {
        using var view = new SystemNetworkView(TimeProvider.System, NullLogger<SystemNetworkView>.Instance);
        return string.Join(' ', network.Run(() => view.FindGateways().ToArray()).Select(gateway => $"{gateway}").Order(StringComparer.Ordinal));
    }

    /// <summary>Each look at it takes six seconds.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _looks += 6;
    }
}

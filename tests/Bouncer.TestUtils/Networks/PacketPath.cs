using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>
/// A client and a server in networks of their own, with a firewall's place before the server or between the two. The client can
/// send from every address there is, but those of the links: 192.0.2.0/24 and 2001:db8:ffff::/48. Not thread-safe.
/// </summary>
public sealed class PacketPath : IDisposable
{
    private PacketPath(NetworkNamespace client, NetworkNamespace firewall, NetworkNamespace server, byte last)
    {
        (Client, Firewall, Server) = (client, firewall, server);
        ServerIPv4 = new IPAddress([192, 0, 2, last]);
        ServerIPv6 = IPAddress.Parse($"2001:db8:ffff::{last}");
    }

    /// <summary>The client's address on its link, which nothing should ever block.</summary>
    public static IPAddress ClientIPv4 { get; } = IPAddress.Parse("192.0.2.1");

    /// <inheritdoc cref="ClientIPv4" />
    public static IPAddress ClientIPv6 { get; } = IPAddress.Parse("2001:db8:ffff::1");

    /// <summary>Where packets come from.</summary>
    public NetworkNamespace Client { get; }

    /// <summary>Where the rules are to be.</summary>
    public NetworkNamespace Firewall { get; }

    /// <summary>Where packets go; <see cref="Firewall"/> itself if there is none between.</summary>
    public NetworkNamespace Server { get; }

    /// <summary>The server's address.</summary>
    public IPAddress ServerIPv4 { get; }

    /// <inheritdoc cref="ServerIPv4" />
    public IPAddress ServerIPv6 { get; }

    /// <summary>A client and a server that keeps the rules itself.</summary>
    public static PacketPath ToServer()
    {
        var client = new NetworkNamespace();
        var server = new NetworkNamespace();
        Join(client, server, "192.0.2.1/30", "192.0.2.2/30", "2001:db8:ffff::1/126", "2001:db8:ffff::2/126");
        Open(client, "192.0.2.2", "2001:db8:ffff::2");
        return new(client, server, server, 2);
    }

    /// <summary>A client, a router with the rules, and a server without.</summary>
    public static PacketPath ThroughRouter()
    {
        var client = new NetworkNamespace();
        var router = new NetworkNamespace();
        var server = new NetworkNamespace();
        Join(client, router, "192.0.2.1/30", "192.0.2.2/30", "2001:db8:ffff::1/126", "2001:db8:ffff::2/126");
        Join(router, server, "192.0.2.5/30", "192.0.2.6/30", "2001:db8:ffff::5/126", "2001:db8:ffff::6/126");
        router.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
        });
        Open(client, "192.0.2.2", "2001:db8:ffff::2");
        return new(client, router, server, 6);
    }

    /// <summary>The server's address of a family.</summary>
    public IPAddress ServerFor(IPAddress source) => source.AddressFamily == AddressFamily.InterNetwork ? ServerIPv4 : ServerIPv6;

    /// <inheritdoc />
    public void Dispose()
    {
        Client.Dispose();
        Firewall.Dispose();
        if (Server != Firewall)
        {
            Server.Dispose();
        }
    }

    // Everything without a better way goes from the server's end of a link to the client's.
    private static void Join(NetworkNamespace near, NetworkNamespace far, string nearIPv4, string farIPv4, string nearIPv6, string farIPv6)
    {
        near.Ip($"""
            link add onward address 02:00:00:00:00:01 type veth peer name back address 02:00:00:00:00:02 netns {far.Path}
            address add {nearIPv4} dev onward
            address add {nearIPv6} dev onward nodad
            link set onward up
            neighbour add {farIPv4.Split('/')[0]} lladdr 02:00:00:00:00:02 dev onward
            neighbour add {farIPv6.Split('/')[0]} lladdr 02:00:00:00:00:02 dev onward
            """);
        far.Ip($"""
            address add {farIPv4} dev back
            address add {farIPv6} dev back nodad
            link set back up
            neighbour add {nearIPv4.Split('/')[0]} lladdr 02:00:00:00:00:01 dev back
            neighbour add {nearIPv6.Split('/')[0]} lladdr 02:00:00:00:00:01 dev back
            route add default via {nearIPv4.Split('/')[0]}
            route add ::/0 via {nearIPv6.Split('/')[0]}
            """);
    }

    // In the table of local addresses, for only what stands there is accepted as a source.
    private static void Open(NetworkNamespace client, string nextIPv4, string nextIPv6)
    {
        client.Run(() => File.WriteAllText("/proc/sys/net/ipv6/ip_nonlocal_bind", "1"));
        client.Ip($"""
            route add 192.0.2.0/30 dev onward table local
            route add 192.0.2.0/24 via {nextIPv4} table local
            route add local default dev lo table local
            route add 2001:db8:ffff::/126 dev onward table local
            route add 2001:db8:ffff::/48 via {nextIPv6} table local
            route add local ::/0 dev lo table local
            """);
    }
}

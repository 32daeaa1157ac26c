using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>The two ends of a <see cref="PacketPath"/>, for <see cref="Flow"/>s between them.</summary>
public sealed class FlowHosts : IDisposable
{
    private readonly PacketPath _path;

    /// <summary>Looks at what reaches both ends. The path must carry packets already.</summary>
    /// <param name="path">The path.</param>
    /// <param name="hasIPv4">Whether it carries IPv4, or IPv6 alone.</param>
    public FlowHosts(PacketPath path, bool hasIPv4 = true)
    {
        _path = path;
        foreach (var network in new[] { path.Client, path.Firewall, path.Server })
        {
            network.Run(() =>
            {
                // However many errors there are, each is told.
                File.WriteAllText("/proc/sys/net/ipv4/icmp_ratelimit", "0");
                File.WriteAllText("/proc/sys/net/ipv6/icmp/ratelimit", "0");
            });
        }

        var (client, server) = hasIPv4 ? (PacketPath.ClientIPv4, path.ServerIPv4) : (PacketPath.ClientIPv6, path.ServerIPv6);
        Client = new(path.Client, client, server);
        Server = new(path.Server, server, client);
    }

    /// <summary>The client, which has every address.</summary>
    public FlowHost Client { get; }

    /// <summary>The server.</summary>
    public FlowHost Server { get; }

    /// <summary>A connection that the client opens from one of its addresses.</summary>
    public Flow From(IPAddress source, ProtocolType protocol, int sourcePort = 0, int port = 0) =>
        new(protocol, Client, new(source, sourcePort), Server, new(_path.ServerFor(source), port));

    /// <summary>A connection that the server opens to one of the client's addresses.</summary>
    public Flow To(IPAddress destination, ProtocolType protocol, int sourcePort = 0, int port = 0) =>
        new(protocol, Server, new(_path.ServerFor(destination), sourcePort), Client, new(destination, port));

    /// <inheritdoc />
    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}

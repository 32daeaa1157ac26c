using System.Net;
using System.Runtime.InteropServices;
using Bouncer.Firewall.Netlink;

namespace Bouncer.Firewall.Protection;

/// <summary>Finds the next hops of all default routes in Linux, in each table, of both families and with all paths.
/// <c>/proc/net/route</c> has only one path of each route in the main table.</summary>
/// <remarks>See rtnetlink(7), linux/rtnetlink.h and linux/nexthop.h. The kernel cannot return only the default routes, so all are
/// read. A route that changes during the reading may be missing until the next one.</remarks>
internal sealed class LinuxRoutes
{
    /// <summary>Far more than any machine has. Router advertisements on a link must not be able to fill the rules.</summary>
    private const int Most = 1024;

    private const byte IPv4 = 2;
    private const byte IPv6 = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HashSet<IPAddress> _gateways = [];
    private readonly HashSet<uint> _objects = [];

    private LinuxRoutes()
    {
    }

    /// <exception cref="System.Net.Sockets.SocketException">The kernel does not answer.</exception>
    /// <exception cref="IOException">There are more routes than can be read in time.</exception>
    internal static IReadOnlyCollection<IPAddress> FindGateways(TimeProvider time)
    {
        const ushort getRoute = 26;
        const ushort getNextHop = 106;

        using var socket = new RouteSocket(time, Timeout);
        var routes = new LinuxRoutes();
        foreach (var family in new[] { IPv4, IPv6 })
        {
            socket.Dump(getRoute, [family, .. new byte[11]], routes.ReadRoute);
        }

        // The members of a group may come before it: the first pass finds which they are, the second where they lead.
        for (var pass = 0; pass < 2 && routes._objects.Count > 0; pass++)
        {
            socket.Dump(getNextHop, new byte[8], routes.ReadNextHop);
        }

        return routes._gateways;
    }

    private void ReadRoute(int type, ReadOnlySpan<byte> body)
    {
        const int newRoute = 24;
        const int header = 12;
        const int unicast = 1;
        const int nextHopObject = 30;

        if (type != newRoute || body.Length < header || body[0] is not (IPv4 or IPv6) || body[1] != 0 || body[7] != unicast)
        {
            return;
        }

        var isTold = false;
        uint? named = null;
        for (NetlinkAttributes route = new(body[header..]); route.Next();)
        {
            isTold |= ReadPath(route.Type, route.Value);
            if (route.Type == nextHopObject && route.Value.Length == sizeof(uint))
            {
                named = MemoryMarshal.Read<uint>(route.Value);
            }
        }

        // If net.ipv4.nexthop_compat_mode is 0, a route contains only the id of its next-hop object.
        if (!isTold && named is { } id && _objects.Count < Most)
        {
            _objects.Add(id);
        }
    }

    /// <returns>Whether the attribute contains the route's next hop.</returns>
    private bool ReadPath(int type, ReadOnlySpan<byte> value)
    {
        const int gateway = 5;
        const int multipath = 9;
        const int via = 18;

        switch (type)
        {
            case gateway:
                Add(value);
                return true;
            case via when value.Length > sizeof(ushort):
                Add(value[sizeof(ushort)..]);
                return true;
            case multipath:
                ReadPaths(value);
                return true;
            default:
                return false;
        }
    }

    private void ReadPaths(ReadOnlySpan<byte> paths)
    {
        const int header = 8;

        while (paths.Length >= header && MemoryMarshal.Read<ushort>(paths) is var length && length >= header && length <= paths.Length)
        {
            for (NetlinkAttributes path = new(paths[header..length]); path.Next();)
            {
                ReadPath(path.Type, path.Value);
            }

            paths = paths[Math.Min((length + 3) & ~3, paths.Length)..];
        }
    }

    private void ReadNextHop(int type, ReadOnlySpan<byte> body)
    {
        const int newNextHop = 104;
        const int header = 8;
        const int id = 1;
        const int group = 2;
        const int gateway = 6;
        const int member = 8;

        if (type != newNextHop || body.Length < header)
        {
            return;
        }

        var isWanted = false;
        for (NetlinkAttributes hop = new(body[header..]); hop.Next();)
        {
            switch (hop.Type)
            {
                case id when hop.Value.Length == sizeof(uint):
                    isWanted = _objects.Contains(MemoryMarshal.Read<uint>(hop.Value));
                    break;
                case gateway when isWanted:
                    Add(hop.Value);
                    break;
                case group when isWanted:
                    for (var members = hop.Value; members.Length >= member && _objects.Count < Most; members = members[member..])
                    {
                        _objects.Add(MemoryMarshal.Read<uint>(members));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private void Add(ReadOnlySpan<byte> address)
    {
        if (address.Length is 4 or 16 && _gateways.Count < Most)
        {
            _gateways.Add(new IPAddress(address));
        }
    }
}

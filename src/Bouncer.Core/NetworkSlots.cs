using System.Net;
using Bouncer.Net;

namespace Bouncer;

/// <summary>Shares what may run at once among networks, so that one with ever more addresses leaves room for all others. A
/// network (an IPv4 /16, an IPv6 /48) gets a slot only while it has fewer of them than there are free: half of all when no other
/// asks, less the more networks compete, and the first one as long as any is free. An IPv4 /24 or an IPv6 /64 gets one only while
/// it has fewer than half as many as there are free.</summary>
/// <remarks>For what waits for another machine: a lock for two counters is nothing beside that. It keeps no more than the slots
/// that are taken. Safe for any number of threads.</remarks>
/// <param name="count">How many slots there are; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
public sealed class NetworkSlots(int count)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IpPrefix, int> _taken = [];
    private int _free = count > 0 ? count : throw new ArgumentOutOfRangeException(nameof(count));

    /// <summary>Takes a slot for an address, if its networks have one left. Never waits.</summary>
    /// <param name="address">The address; an IPv4-mapped one counts as IPv4, a zone is ignored.</param>
    /// <returns>Whether there was one; if so, <see cref="Return(IPAddress)"/> must follow.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    public bool TryTake(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TryTake(IpKey.From(address));
    }

    /// <summary>Gives back a slot that was taken.</summary>
    /// <param name="address">For whom it was taken.</param>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    public void Return(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Return(IpKey.From(address));
    }

    internal bool TryTake(IpKey address)
    {
        var (near, wide) = NetworksOf(address);
        lock (_lock)
        {
            var (ofNear, ofWide) = (_taken.GetValueOrDefault(near), _taken.GetValueOrDefault(wide));

            // A provider hands out a /64 for nothing and a /48 for little: the wide network bounds the many near ones in it.
            if (2 * ofNear >= _free || ofWide >= _free)
            {
                return false;
            }

            _free--;
            _taken[near] = ofNear + 1;
            _taken[wide] = ofWide + 1;
            return true;
        }
    }

    internal void Return(IpKey address)
    {
        var (near, wide) = NetworksOf(address);
        lock (_lock)
        {
            _free++;
            Lower(near);
            Lower(wide);
        }
    }

    private void Lower(IpPrefix network)
    {
        if (_taken[network] is var taken && taken > 1)
        {
            _taken[network] = taken - 1;
        }
        else
        {
            _taken.Remove(network);
        }
    }

    private static (IpPrefix Near, IpPrefix Wide) NetworksOf(IpKey address) => address.IsIPv4
        ? (IpPrefix.Of(address, 24), IpPrefix.Of(address, 16))
        : (IpPrefix.Of(address, 64), IpPrefix.Of(address, 48));
}

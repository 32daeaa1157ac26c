using System.Net;
using Bouncer.Net;

namespace Bouncer;

/// <summary>Limits concurrent work and shares the slots among networks, so that one network with many addresses leaves room for others.
/// An IPv4 /16 or IPv6 /48 gets a slot only while it has fewer slots than are free: at most half of all, less if other networks
/// compete, and always a first one while any is free. An IPv4 /24 or IPv6 /64 gets a slot only while it has fewer than half as many
/// as are free.</summary>
/// <remarks>Meant for work that waits for another machine; each operation takes a lock. Memory grows with the slots taken only.
/// Thread-safe.</remarks>
/// <param name="count">How many slots there are; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
public sealed class NetworkSlots(int count)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IpPrefix, int> _taken = [];
    private int _free = count > 0 ? count : throw new ArgumentOutOfRangeException(nameof(count));

    /// <summary>Takes a slot for an address if its networks have one left. Never waits.</summary>
    /// <param name="address">The address; an IPv4-mapped one counts as IPv4, a zone is ignored.</param>
    /// <returns>True if a slot was taken; <see cref="Return(IPAddress)"/> must follow.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
    public bool TryTake(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TryTake(IpKey.From(address));
    }

    /// <summary>Returns a slot.</summary>
    /// <param name="address">The address that it was taken for.</param>
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

            // Providers hand out a /64 for free and a /48 for little: the limit of the wide network bounds the many near ones in it.
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

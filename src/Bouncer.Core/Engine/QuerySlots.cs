using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>Shares the queries that may run at once among networks, so that one that asks for ever more addresses leaves room
/// for all others. A network gets a query only while it has fewer of them than there are free: half of all when no other
/// asks, less the more networks compete, and the first one as long as any is free.</summary>
/// <remarks>A query waits for LAPI: a lock for two counters is nothing beside that. Addresses whose answer is cached do not
/// come here.</remarks>
internal sealed class QuerySlots(int count)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IpPrefix, int> _taken = [];
    private int _free = count;

    /// <summary>Takes a slot for a query about an address, if its networks have one left.</summary>
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

    /// <summary>Gives back a slot that was taken for the address.</summary>
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

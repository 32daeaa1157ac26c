using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>All decisions of one moment. Immutable: any number of threads may read it, for as long as they like.</summary>
internal sealed class DecisionIndex(
    HeldDecisions held,
    PrefixTable addresses,
    ImmutableDictionary<ScopedValue, int> others,
    int count,
    long version)
{
    internal HeldDecisions Held => held;

    internal PrefixTable Addresses => addresses;

    internal ImmutableDictionary<ScopedValue, int> Others => others;

    internal int Count => count;

    /// <summary>Grows by one with every change.</summary>
    internal long Version => version;

    internal static DecisionIndex Empty(HeldDecisions held, long version) =>
        new(held, PrefixTable.Empty, ImmutableDictionary<ScopedValue, int>.Empty, 0, version);

    /// <summary>The strongest live decision that covers an address, of equal ones the most specific; 0 if there is none. The
    /// clock is read only when something covers it. Allocates nothing.</summary>
    internal int FindStrongest(IpKey address, TimeProvider time) => address.IsIPv4
        ? FindStrongest(addresses.IPv4, Ipv4Key.Of(address), time)
        : FindStrongest(addresses.IPv6, Ipv6Key.Of(address), time);

    /// <summary>Every live decision that covers an address, the strongest first, of equal ones the most specific.</summary>
    internal IEnumerable<int> FindAll(IpKey address, long now)
    {
        var found = new List<int>();
        if (address.IsIPv4)
        {
            AddAlive(addresses.IPv4, Ipv4Key.Of(address), now, found);
        }
        else
        {
            AddAlive(addresses.IPv6, Ipv6Key.Of(address), now, found);
        }

        return found.OrderByDescending(held.Severity).ThenByDescending(row => held.Rows[row].Length);
    }

    /// <summary>Every live decision on a value that is no address, the strongest first.</summary>
    internal IEnumerable<int> FindAll(ScopedValue value, long now) =>
        others.TryGetValue(value, out var found) ? Alive(found, now) : [];

    /// <summary>Every decision, whether it lives or not.</summary>
    internal IEnumerable<int> Enumerate()
    {
        foreach (var some in addresses.Enumerate().Select(network => network.Value).Concat(others.Values))
        {
            if (some > 0)
            {
                yield return some;
            }
            else
            {
                foreach (var row in held.RowsOf(some).ToArray())
                {
                    yield return row;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindStrongest<TKey>(AddressTable<TKey> table, TKey address, TimeProvider time)
        where TKey : struct, INetworkKey<TKey> => table.MayCover(address) ? Strongest(table, address, time) : 0;

    private int Strongest<TKey>(AddressTable<TKey> table, TKey address, TimeProvider time)
        where TKey : struct, INetworkKey<TKey>
    {
        var strongest = 0;
        var now = 0L;
        foreach (var some in table.Covering(address))
        {
            now = now == 0 ? time.GetTimestamp() : now;
            var row = held.FirstAlive(some, now);
            if (row != 0 && (strongest == 0 || held.Severity(row) > held.Severity(strongest)))
            {
                strongest = row;
            }
        }

        return strongest;
    }

    private void AddAlive<TKey>(AddressTable<TKey> table, TKey address, long now, List<int> found)
        where TKey : struct, INetworkKey<TKey>
    {
        foreach (var some in table.Covering(address))
        {
            found.AddRange(Alive(some, now));
        }
    }

    private int[] Alive(int some, long now)
    {
        var rows = held.RowsOf(some).ToArray();
        return Array.FindAll(rows, row => held.IsAlive(row, now));
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>All decisions at one point in time. Immutable; any number of threads may read it for any length of time.</summary>
internal sealed class DecisionIndex(
    DecisionArena held,
    PrefixTable addresses,
    ImmutableDictionary<ScopedValue, int> others,
    ImmutableDictionary<DecisionScope, int> scopes,
    int count,
    long version)
{
    internal DecisionArena Held => held;

    internal PrefixTable Addresses => addresses;

    internal ImmutableDictionary<ScopedValue, int> Others => others;

    /// <summary>The number of values with decisions, for each scope other than addresses.</summary>
    internal ImmutableDictionary<DecisionScope, int> Scopes => scopes;

    internal int Count => count;

    /// <summary>Increases by one with every change.</summary>
    internal long Version => version;

    internal static DecisionIndex Empty(DecisionArena held, long version) =>
        new(held, PrefixTable.Empty, ImmutableDictionary<ScopedValue, int>.Empty, ImmutableDictionary<DecisionScope, int>.Empty, 0, version);

    /// <summary>Finds the strongest live decision that covers an address, among equal ones the most specific; 0 if there is none.
    /// The clock is read only if a decision covers the address. Does not allocate.</summary>
    internal int FindStrongest(IpKey address, TimeProvider time) => address.IsIPv4
        ? FindStrongest(addresses.IPv4, Ipv4Key.Of(address), time)
        : FindStrongest(addresses.IPv6, Ipv6Key.Of(address), time);

    /// <summary>Finds the strongest live decision that covers one of two addresses, among equal ones that on the first; 0 if there
    /// is none.</summary>
    internal int FindStrongest(IpKey one, IpKey other, TimeProvider time)
    {
        var (first, second) = (FindStrongest(one, time), FindStrongest(other, time));
        return first == 0 || (second != 0 && held.Severity(second) > held.Severity(first)) ? second : first;
    }

    /// <summary>Finds every live decision that covers an address, strongest first, and the most specific first among equal
    /// ones.</summary>
    internal IEnumerable<int> FindAll(IpKey address, long now)
    {
        var visitor = new AliveVisitor(held, now, []);
        addresses.Visit(address, ref visitor);
        return visitor.Found.OrderByDescending(held.Severity).ThenByDescending(row => held.Rows[row].Length);
    }

    /// <summary>Finds every live decision on a value that is not an address, strongest first.</summary>
    internal IEnumerable<int> FindAll(ScopedValue value, long now) =>
        others.TryGetValue(value, out var some) ? held.Alive(some, now) : [];

    /// <summary>Enumerates every decision, including ended ones.</summary>
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
        where TKey : struct, INetworkKey<TKey>
    {
        var host = table.FindHost(address);
        return table.MayBeWithinNetwork(address) ? FindStrongest(table, address, host, time)
            : host == 0 ? 0
            : held.FirstAlive(host, time.GetTimestamp());
    }

    private int FindStrongest<TKey>(AddressTable<TKey> table, TKey address, int host, TimeProvider time)
        where TKey : struct, INetworkKey<TKey>
    {
        var visitor = new StrongestVisitor(held, time);
        if (host != 0)
        {
            visitor.Visit(host);
        }

        table.VisitNetworks(address, ref visitor);
        return visitor.Strongest;
    }

    private readonly struct AliveVisitor(DecisionArena held, long now, List<int> found) : ICoverVisitor
    {
        internal List<int> Found => found;

        public void Visit(int some) => found.AddRange(held.Alive(some, now));
    }

    private struct StrongestVisitor(DecisionArena held, TimeProvider time) : ICoverVisitor
    {
        private long _now;

        internal int Strongest { get; private set; }

        public void Visit(int some)
        {
            _now = _now == 0 ? time.GetTimestamp() : _now;
            var row = held.FirstAlive(some, _now);
            if (row != 0 && (Strongest == 0 || held.Severity(row) > held.Severity(Strongest)))
            {
                Strongest = row;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary> An immutable map from networks of both address families to numbers, which finds the networks that cover an address. An
/// IPv6 network never covers an IPv4 address, not even <c>::/0</c>. </summary>
/// <remarks> Any number of threads may read a table, for any length of time and without a lock. Replace a shared reference to a
/// table by a volatile write. A <see cref="Builder"/> is not thread-safe; any number of builders may start from one table.
/// </remarks>
internal sealed class PrefixTable(AddressTable<Ipv4Key> ipv4, AddressTable<Ipv6Key> ipv6)
{
    internal static PrefixTable Empty { get; } = new(AddressTable<Ipv4Key>.Empty, AddressTable<Ipv6Key>.Empty);

    internal AddressTable<Ipv4Key> IPv4 => ipv4;

    internal AddressTable<Ipv6Key> IPv6 => ipv6;

    internal int Count => ipv4.Count + ipv6.Count;

    /// <summary>The number of exactly this network; 0 if it is not held.</summary>
    internal int Find(IpPrefix prefix) =>
        prefix.IsIPv4 ? ipv4.Find(Ipv4Key.Of(prefix.Key), prefix.Length) : ipv6.Find(Ipv6Key.Of(prefix.Key), prefix.Length);

    /// <summary>Whether any network covers an address.</summary>
    internal bool Covers(IpKey address)
    {
        var presence = default(Presence);
        Visit(address, ref presence);
        return presence.IsAny;
    }

    /// <summary>Passes the numbers of the networks that cover an address to a visitor, most specific first. Does not
    /// allocate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Visit<TVisitor>(IpKey address, ref TVisitor visitor)
        where TVisitor : struct, ICoverVisitor
    {
        if (address.IsIPv4)
        {
            ipv4.Visit(Ipv4Key.Of(address), ref visitor);
        }
        else
        {
            ipv6.Visit(Ipv6Key.Of(address), ref visitor);
        }
    }

    /// <summary>Enumerates every network with its number, in no particular order.</summary>
    internal IEnumerable<(IpPrefix Prefix, int Value)> Enumerate() =>
        ipv4.Enumerate().Select(network => (IpPrefix.Of(network.Key.ToIpKey(network.Length), network.Length), network.Value))
            .Concat(ipv6.Enumerate().Select(network => (IpPrefix.Of(network.Key.ToIpKey(network.Length), network.Length), network.Value)));

    /// <summary>A writer that starts from this table and leaves it as it is.</summary>
    /// <param name="hosts">How many hosts of each family a long list will add at most; none if changes are few.</param>
    internal Builder ToBuilder((int IPv4, int IPv6) hosts = default) => new(this, hosts);

    private struct Presence : ICoverVisitor
    {
        internal bool IsAny { get; private set; }

        public void Visit(int held) => IsAny = true;
    }

    /// <summary>Collects changes, and makes the table that has them; parts they do not touch are shared.</summary>
    internal sealed class Builder(PrefixTable table, (int IPv4, int IPv6) hosts)
    {
        private readonly AddressTable<Ipv6Key>.Builder _ipv6 = new(table.IPv6, hosts.IPv6);

        internal AddressTable<Ipv4Key>.Builder IPv4 { get; } = new(table.IPv4, hosts.IPv4);

        /// <param name="prefix">The network.</param>
        /// <param name="change">The change that the merge function receives.</param>
        internal void Change(IpPrefix prefix, int change)
        {
            if (prefix.IsIPv4)
            {
                IPv4.Change(Ipv4Key.Of(prefix.Key), prefix.Length, change);
            }
            else
            {
                _ipv6.Change(Ipv6Key.Of(prefix.Key), prefix.Length, change);
            }
        }

        /// <summary>Writes those changes of a long list that need not wait for the others.</summary>
        internal void WriteSome<TMerge>(ref TMerge merge)
            where TMerge : IMergeFunction<int>
        {
            IPv4.WriteSome(ref merge);
            _ipv6.WriteSome(ref merge);
        }

        /// <summary>The table with the changes. A builder makes one table.</summary>
        internal PrefixTable ToTable<TMerge>(ref TMerge merge)
            where TMerge : IMergeFunction<int>
        {
            var ipv4 = IPv4.ToTable(ref merge);
            var ipv6 = _ipv6.ToTable(ref merge);
            return ipv4 == table.IPv4 && ipv6 == table.IPv6 ? table : new PrefixTable(ipv4, ipv6);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>
/// An immutable map from networks to values, both address families; answers which networks cover an address. An IPv6
/// network never covers an IPv4 address, not even <c>::/0</c>.
/// </summary>
/// <remarks>
/// Any number of threads may read a table, for as long as they like and without a lock; a table that is replaced must be
/// replaced by a volatile write. A <see cref="Builder"/> belongs to one thread, and any number of builders may start from
/// one table.
/// </remarks>
internal sealed partial class PrefixTable<T>
    where T : class
{
    private readonly Ipv4Table<T> _ipv4;
    private readonly Ipv6Table<T> _ipv6;

    private PrefixTable(Ipv4Table<T> ipv4, Ipv6Table<T> ipv6)
    {
        _ipv4 = ipv4;
        _ipv6 = ipv6;
    }

    internal static PrefixTable<T> Empty { get; } = new(Ipv4Table<T>.Empty, Ipv6Table<T>.Empty);

    internal int Count => _ipv4.Count + _ipv6.Count;

    internal Ipv4Table<T> IPv4 => _ipv4;

    internal Ipv6Table<T> IPv6 => _ipv6;

    /// <summary>The value of exactly this network.</summary>
    internal bool TryGet(IpPrefix prefix, [NotNullWhen(true)] out T? value)
    {
        value = prefix.IsIPv4 ? _ipv4.Find(prefix.Key.IPv4, prefix.Length) : _ipv6.Find(prefix);
        return value is not null;
    }

    /// <summary>Walks the values of the networks that cover an address, the most specific first. Allocates nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CoveringEnumerator Covering(IpKey address) => new(this, address);

    /// <summary>Every network and its value, in no order to rely on.</summary>
    internal IEnumerable<KeyValuePair<IpPrefix, T>> Enumerate()
    {
        foreach (var (address, length, value) in _ipv4.Enumerate())
        {
            yield return new(IpPrefix.Of(IpKey.FromIPv4(address), length), value);
        }

        foreach (var (prefix, value) in _ipv6.Enumerate())
        {
            yield return new(prefix, value);
        }
    }

    /// <summary>A writer that starts from this table and leaves it as it is.</summary>
    internal Builder ToBuilder() => new(this);
}

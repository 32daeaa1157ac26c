using System.Diagnostics.CodeAnalysis;
using Bouncer.Net;

namespace Bouncer.Lookup;

internal sealed partial class PrefixTable<T>
{
    /// <summary>Collects changes and gives the table that has them; parts it did not touch are shared. It may be used on
    /// after <see cref="ToTable"/>: what it handed out does not change.</summary>
    internal sealed class Builder(PrefixTable<T> table)
    {
        private readonly Ipv4Table<T>.Builder _ipv4 = table._ipv4.ToBuilder();
        private readonly Ipv6Table<T>.Builder _ipv6 = table._ipv6.ToBuilder();
        private PrefixTable<T> _table = table;

        internal bool TryGet(IpPrefix prefix, [NotNullWhen(true)] out T? value)
        {
            value = prefix.IsIPv4 ? _ipv4.Find(prefix.Key.IPv4, prefix.Length) : _ipv6.Find(prefix);
            return value is not null;
        }

        internal void Set(IpPrefix prefix, T value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Put(prefix, value);
        }

        /// <returns>Whether the network was there.</returns>
        internal bool Remove(IpPrefix prefix) => Put(prefix, null) is not null;

        /// <summary>The table as it is now; the same one again if nothing changed since.</summary>
        internal PrefixTable<T> ToTable()
        {
            var ipv4 = _ipv4.ToTable();
            var ipv6 = _ipv6.ToTable();
            if (ipv4 != _table._ipv4 || ipv6 != _table._ipv6)
            {
                _table = new PrefixTable<T>(ipv4, ipv6);
            }

            return _table;
        }

        private T? Put(IpPrefix prefix, T? value) =>
            prefix.IsIPv4 ? _ipv4.Set(prefix.Key.IPv4, prefix.Length, value) : _ipv6.Set(prefix, value);
    }
}

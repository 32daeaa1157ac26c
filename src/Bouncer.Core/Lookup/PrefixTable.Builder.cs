using System.Diagnostics.CodeAnalysis;
using Bouncer.Net;

namespace Bouncer.Lookup;

internal sealed partial class PrefixTable<T>
{
    /// <summary>Collects changes and gives the table that has them; parts it did not touch are shared. It may be used on
    /// after <see cref="ToTable"/>: what it handed out does not change.</summary>
    internal sealed class Builder
    {
        private object? _ipv4;
        private object? _ipv6;
        private int _count;
        private object _writer = new();
        private PrefixTable<T>? _table;

        internal Builder(PrefixTable<T> table)
        {
            _ipv4 = table.IPv4;
            _ipv6 = table.IPv6;
            _count = table.Count;
            _table = table;
        }

        internal bool TryGet(IpPrefix prefix, [NotNullWhen(true)] out T? value)
        {
            value = PrefixNode<T>.Find(Tree(prefix), prefix)?.Value;
            return value is not null;
        }

        internal void Set(IpPrefix prefix, T value)
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!TryGet(prefix, out var old))
            {
                _count++;
            }
            else if (ReferenceEquals(old, value))
            {
                return;
            }

            var depth = PrefixNode<T>.StartDepth(prefix.IsIPv4);
            Tree(prefix) = PrefixNode<T>.Set(Tree(prefix), new(prefix, value), depth, _writer);
            _table = null;
        }

        /// <returns>Whether the network was there.</returns>
        internal bool Remove(IpPrefix prefix)
        {
            if (!TryGet(prefix, out _))
            {
                return false;
            }

            var depth = PrefixNode<T>.StartDepth(prefix.IsIPv4);
            Tree(prefix) = PrefixNode<T>.Remove(Tree(prefix)!, prefix, depth, _writer);
            _count--;
            _table = null;
            return true;
        }

        /// <summary>The table as it is now; the same one again if nothing changed since.</summary>
        internal PrefixTable<T> ToTable()
        {
            // A new token: from here on the nodes belong to the table, and the next change copies them.
            _writer = new object();
            return _table ??= new PrefixTable<T>(_ipv4, _ipv6, _count);
        }

        private ref object? Tree(IpPrefix prefix) => ref prefix.IsIPv4 ? ref _ipv4 : ref _ipv6;
    }
}

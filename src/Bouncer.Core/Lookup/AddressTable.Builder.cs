using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bouncer.Lookup;

internal sealed partial class AddressTable<TKey>
{
    /// <summary>Collects changes, and makes the table that has them.</summary>
    /// <param name="table">The table that it starts from, and leaves as it is.</param>
    /// <param name="room">How many hosts a long list will add at most; 0 if there is none.</param>
    internal sealed class Builder(AddressTable<TKey> table, int room)
    {
        private const int Slack = 1024;

        // A network takes more space in a filter than a host.
        private const int NetworkWeight = 4;

        // The hosts of a long list that are written at once: so few that the list is not held a second time, and so many that
        // each visit to a page of the map writes several.
        private const int Batch = 64 * 1024;

        private readonly List<(TKey Key, int Change)> _hosts = [];
        private readonly List<(TKey Key, int Change)> _networks = [];
        private NetworkMap<TKey, int>.Writer? _writer;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Change(TKey address, int length, int change)
        {
            if (length == TKey.Width)
            {
                _hosts.Add((address, change));
            }
            else
            {
                _networks.Add((address.Network(length), change));
            }
        }

        /// <summary>Writes the hosts of a long list that were collected, if there are enough.</summary>
        internal void WriteSome<TMerge>(ref TMerge merge)
            where TMerge : IMergeFunction<int>
        {
            if (room > 0 && _hosts.Count >= Batch)
            {
                Write(_writer ??= table._hosts.ToWriter(room), ref merge);
            }
        }

        internal AddressTable<TKey> ToTable<TMerge>(ref TMerge merge)
            where TMerge : IMergeFunction<int>
        {
            if (_writer is not null)
            {
                Write(_writer, ref merge);
                return Renew(_writer.ToMap(), table._networks.With(_networks, ref merge));
            }

            if (_hosts.Count + _networks.Count == 0)
            {
                return table;
            }

            var hosts = table._hosts.With(_hosts, ref merge);
            var networks = table._networks.With(_networks, ref merge);
            var age = table._age + _hosts.Count + _networks.Count;

            // Filters and the lengths in use only grow, so they are rebuilt from time to time.
            var isWorn = age > (2L * (hosts.Count + networks.Count)) + Slack
                || table._hostFilter.IsTooSmallFor(hosts.Count)
                || table._networkFilter.IsTooSmallFor(NetworkWeight * networks.Count);
            return isWorn ? Renew(hosts, networks) : Extend(hosts, networks, age);
        }

        private void Write<TMerge>(NetworkMap<TKey, int>.Writer writer, ref TMerge merge)
            where TMerge : IMergeFunction<int>
        {
            writer.Apply(CollectionsMarshal.AsSpan(_hosts), ref merge);
            _hosts.Clear();
        }

        private static AddressTable<TKey> Renew(NetworkMap<TKey, int> hosts, NetworkMap<TKey, int> networks)
        {
            var hostFilter = SiteFilter.For(hosts.Count);
            hosts.AddPlacesTo(hostFilter);
            var networkFilter = SiteFilter.For(NetworkWeight * networks.Count);
            var levels = Add(networks.Enumerate().Select(network => network.Key), networkFilter, Empty._levels);
            return new(hostFilter, hosts, networkFilter, networks, levels, age: 0);
        }

        private AddressTable<TKey> Extend(NetworkMap<TKey, int> hosts, NetworkMap<TKey, int> networks, int age)
        {
            foreach (var (host, _) in _hosts)
            {
                if (hosts.Find(host) != 0)
                {
                    table._hostFilter.Add(host.Place());
                }
            }

            var held = _networks.Select(network => network.Key).Where(network => networks.Find(network) != 0);
            return new(table._hostFilter, hosts, table._networkFilter, networks, Add(held, table._networkFilter, table._levels), age);
        }

        /// <summary>Adds networks to their filter and to their levels.</summary>
        private static PrefixLevel<TKey>[] Add(IEnumerable<TKey> networks, SiteFilter filter, PrefixLevel<TKey>[] levels)
        {
            var builders = Array.ConvertAll(levels, level => level.ToBuilder());
            foreach (var network in networks)
            {
                if (network.TryGetPlaces(out var first, out var last))
                {
                    filter.Add(first, last);
                }

                Array.Find(builders, level => level.Site <= network.Length)!.Add(network);
            }

            return Array.ConvertAll(builders, level => level.ToLevel());
        }
    }
}

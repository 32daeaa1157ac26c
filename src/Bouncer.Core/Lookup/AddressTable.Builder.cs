using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

internal sealed partial class AddressTable<TKey>
{
    /// <summary>Collects changes and creates the table that contains them.</summary>
    internal sealed class Builder(AddressTable<TKey> table)
    {
        private const int Slack = 1024;

        // A network takes more space in a filter than a host.
        private const int NetworkWeight = 4;

        private readonly List<(TKey Key, int Change)> _hosts = [];
        private readonly List<(TKey Key, int Change)> _networks = [];

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

        internal AddressTable<TKey> ToTable<TMerge>(ref TMerge merge)
            where TMerge : IMergeFunction<int>
        {
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

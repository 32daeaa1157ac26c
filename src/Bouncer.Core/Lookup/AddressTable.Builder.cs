namespace Bouncer.Lookup;

internal sealed partial class AddressTable<TKey>
{
    /// <summary>Collects changes, and makes the table that has them.</summary>
    internal sealed class Builder(AddressTable<TKey> table)
    {
        private const int Slack = 1024;

        private readonly List<(TKey Key, int Change)> _hosts = [];
        private readonly List<(TKey Key, int Change)> _networks = [];

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
            where TMerge : IMerge<int>
        {
            if (_hosts.Count + _networks.Count == 0)
            {
                return table;
            }

            var hosts = table._hosts.With(_hosts, ref merge);
            var networks = table._networks.With(_networks, ref merge);
            var age = table._age + _hosts.Count + _networks.Count;

            // Filters and lengths in use only ever grow, so now and then they are made anew.
            return age > (2L * (hosts.Count + networks.Count)) + Slack || table._near.IsTooSmallFor(hosts.Count + networks.Count)
                ? Renew(hosts, networks)
                : Extend(hosts, networks, age);
        }

        private static AddressTable<TKey> Renew(NetworkMap<TKey, int> hosts, NetworkMap<TKey, int> networks)
        {
            var filter = SiteFilter.For(hosts.Count + networks.Count);
            foreach (var (host, _) in hosts.Enumerate())
            {
                filter.Add(host.Place(TKey.Sites[0]));
            }

            var levels = Array.ConvertAll(Empty._levels, level => level.ToBuilder());
            foreach (var (network, _) in networks.Enumerate())
            {
                MarkNear(filter, network);
                LevelOf(levels, network).Add(network);
            }

            return new(filter, hosts, networks, Array.ConvertAll(levels, level => level.ToLevel()), age: 0);
        }

        private AddressTable<TKey> Extend(NetworkMap<TKey, int> hosts, NetworkMap<TKey, int> networks, int age)
        {
            foreach (var (host, _) in _hosts)
            {
                if (hosts.Find(host) != 0)
                {
                    table._near.Add(host.Place(TKey.Sites[0]));
                }
            }

            var levels = Array.ConvertAll(table._levels, level => level.ToBuilder());
            foreach (var (network, _) in _networks)
            {
                if (networks.Find(network) != 0)
                {
                    MarkNear(table._near, network);
                    LevelOf(levels, network).Add(network);
                }
            }

            return new(table._near, hosts, networks, Array.ConvertAll(levels, level => level.ToLevel()), age);
        }

        /// <summary>A network of the first level can be told from the same bits as a host.</summary>
        private static void MarkNear(SiteFilter near, TKey network)
        {
            if (network.Length >= TKey.Sites[0])
            {
                near.Add(network.Place(TKey.Sites[0]));
            }
        }

        private static Level<TKey>.Builder LevelOf(Level<TKey>.Builder[] levels, TKey network)
        {
            var level = 0;
            while (TKey.Sites[level] > network.Length)
            {
                level++;
            }

            return levels[level];
        }
    }
}

namespace Bouncer.Lookup;

/// <summary>The networks whose length lies between one length of site and the next: for each site that has any, the lengths
/// in use there, a bit each. Immutable but for the filter.</summary>
/// <remarks>Lengths that went out of use stay, until the table makes its levels anew.</remarks>
internal sealed record Level<TKey>(int Site, SiteFilter Filter, NetworkMap<TKey, ulong> Lengths)
    where TKey : struct, INetworkKey<TKey>
{
    /// <summary>The lengths in use around an address: bit n stands for <see cref="Site"/> + n bits.</summary>
    internal ulong Find(TKey address) => MayHold(address) ? Lengths.Find(address.Network(Site)) : 0;

    internal bool MayHold(TKey address) => Filter.MayHold(address.Network(Site).Hash());

    internal Builder ToBuilder() => new(this);

    /// <summary>Collects networks, and makes the level that knows them.</summary>
    internal sealed class Builder(Level<TKey> level)
    {
        private readonly List<(TKey Key, int Length)> _added = [];

        internal int Site => level.Site;

        internal void Add(TKey network)
        {
            var site = network.Network(level.Site);
            var length = network.Length - level.Site;
            if ((level.Lengths.Find(site) >> length & 1) == 0)
            {
                _added.Add((site, length));
            }
        }

        internal Level<TKey> ToLevel()
        {
            if (_added.Count == 0)
            {
                return level;
            }

            var merge = default(Union);
            var lengths = level.Lengths.With(_added, ref merge);
            if (!level.Filter.IsTooSmallFor(lengths.Count))
            {
                Mark(level.Filter, _added.Select(added => added.Key));
                return level with { Lengths = lengths };
            }

            var filter = SiteFilter.For(lengths.Count);
            Mark(filter, lengths.Enumerate().Select(site => site.Key));
            return level with { Filter = filter, Lengths = lengths };
        }

        private static void Mark(SiteFilter filter, IEnumerable<TKey> sites)
        {
            foreach (var site in sites)
            {
                filter.Add(site.Hash());
            }
        }
    }

    private readonly struct Union : IMerge<ulong>
    {
        public ulong Merge(ulong held, int change) => held | (1UL << change);
    }
}

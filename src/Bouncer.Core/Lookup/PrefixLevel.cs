namespace Bouncer.Lookup;

/// <summary>The networks with lengths from one site length to the next: for each site that contains any, the lengths in use, one
/// bit each. Immutable except for the filter.</summary>
/// <remarks>Lengths that are no longer in use stay until the table rebuilds its levels.</remarks>
internal sealed class PrefixLevel<TKey>
    where TKey : struct, INetworkKey<TKey>
{
    private readonly SiteFilter _filter;
    private readonly NetworkMap<TKey, uint> _lengths;

    private PrefixLevel(int site, in SiteFilter filter, in NetworkMap<TKey, uint> lengths)
    {
        Site = site;
        _filter = filter;
        _lengths = lengths;
    }

    /// <summary>The length of the sites.</summary>
    internal int Site { get; }

    internal bool IsEmpty => _lengths.Count == 0;

    internal static PrefixLevel<TKey> Empty(int site) => new(site, SiteFilter.Empty, NetworkMap<TKey, uint>.Empty);

    internal bool MayHold(TKey address) => _filter.MayHold(address.Network(Site).Hash());

    /// <summary>Returns the lengths in use around an address: bit n means a length of <see cref="Site"/> + n.</summary>
    internal uint Find(TKey address) => MayHold(address) ? _lengths.Find(address.Network(Site)) : 0;

    internal Builder ToBuilder() => new(this);

    /// <summary>Collects networks and creates the level that contains them.</summary>
    internal sealed class Builder(PrefixLevel<TKey> level)
    {
        private readonly List<(TKey Key, int Length)> _added = [];

        internal int Site => level.Site;

        internal void Add(TKey network)
        {
            var site = network.Network(level.Site);
            var length = network.Length - level.Site;
            if ((level._lengths.Find(site) >> length & 1) == 0)
            {
                _added.Add((site, length));
            }
        }

        internal PrefixLevel<TKey> ToLevel()
        {
            if (_added.Count == 0)
            {
                return level;
            }

            var merge = default(Union);
            var lengths = level._lengths.With(_added, ref merge);
            var isTooSmall = level._filter.IsTooSmallFor(lengths.Count);
            var filter = isTooSmall ? SiteFilter.For(lengths.Count) : level._filter;
            foreach (var site in isTooSmall ? lengths.Enumerate().Select(site => site.Key) : _added.Select(site => site.Key))
            {
                filter.Add(site.Hash());
            }

            return new PrefixLevel<TKey>(level.Site, filter, lengths);
        }
    }

    private readonly struct Union : IMergeFunction<uint>
    {
        public uint Merge(uint held, int change) => held | (1U << change);
    }
}

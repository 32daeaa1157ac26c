namespace Bouncer.Lookup;

/// <summary> A bit for one or several sites, selected by the first bits of a site's number. A clear bit means that the site
/// contains nothing; a set bit means that a lookup is needed. All versions of a table share one filter. Bits are set before the
/// version that needs them is published and are never cleared, so the filter is correct for every version; when it is too full, the
/// next version creates a new one. </summary>
internal readonly struct SiteFilter
{
    private const int MinBits = 12;
    private const int MaxBits = 24;

    private readonly ulong[] _words;
    private readonly int _shift;
    private readonly int _capacity;

    private SiteFilter(int bits, int capacity)
    {
        _words = new ulong[1 << bits >> 6];
        _shift = 32 - bits;
        _capacity = capacity;
    }

    /// <summary>The empty filter, to which nothing is ever added.</summary>
    internal static SiteFilter Empty { get; } = new(MinBits, capacity: 0);

    /// <summary>Whether this number of networks needs a larger filter.</summary>
    internal bool IsTooSmallFor(int networks) => networks > _capacity;

    /// <summary>Creates a filter of 16 to 32 bits per network, up to the maximum size.</summary>
    internal static SiteFilter For(int networks)
    {
        var bits = Math.Clamp(int.Log2(Math.Max(1, networks)) + 5, MinBits, MaxBits);
        return new SiteFilter(bits, bits == MaxBits ? int.MaxValue : 1 << (bits - 4));
    }

    internal bool MayHold(uint place)
    {
        var bit = place >> _shift;
        return (_words[bit >> 6] >> (int)(bit & 63) & 1) != 0;
    }

    internal void Add(uint place)
    {
        var bit = place >> _shift;
        Interlocked.Or(ref _words[bit >> 6], 1UL << (int)(bit & 63));
    }

    /// <summary>Adds all positions from the first to the last.</summary>
    internal void Add(uint first, uint last)
    {
        var (from, to) = (first >> _shift, last >> _shift);
        for (var word = from >> 6; word <= to >> 6; word++)
        {
            var bits = ulong.MaxValue;
            bits &= word == from >> 6 ? ulong.MaxValue << (int)(from & 63) : bits;
            bits &= word == to >> 6 ? ulong.MaxValue >> (int)(63 - (to & 63)) : bits;
            Interlocked.Or(ref _words[word], bits);
        }
    }
}

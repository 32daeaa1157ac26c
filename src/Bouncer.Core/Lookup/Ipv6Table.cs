using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>
/// The IPv6 networks, hashed one by one, and for each site that has any the lengths in use there, longest first: an
/// address is looked for only where and as long as something is held. Immutable.
/// </summary>
/// <remarks>A site is a /48 with the networks of 48 bits and more, a /32 with those of 32 to 47, or <c>::/0</c> with
/// those that are wider still.</remarks>
internal sealed partial class Ipv6Table<T>
    where T : class
{
    private readonly PrefixHash<T> _networks;
    private readonly PrefixHash<LengthUse[]> _sites;
    private readonly LengthUse[] _widest;
    private readonly int _midSites;

    private Ipv6Table(PrefixHash<T> networks, PrefixHash<LengthUse[]> sites, int midSites)
    {
        _networks = networks;
        _sites = sites;
        _widest = sites.Find(0, 0, 0) ?? [];
        _midSites = midSites;
    }

    internal static Ipv6Table<T> Empty { get; } = new(PrefixHash<T>.Empty, PrefixHash<LengthUse[]>.Empty, 0);

    internal int Count => _networks.Count;

    internal PrefixHash<T> Networks => _networks;

    internal PrefixHash<LengthUse[]> Sites => _sites;

    internal T? Find(IpPrefix prefix) => _networks.Find(prefix.Key.High, prefix.Key.Low, prefix.Length);

    /// <summary>The next network around an address, the most specific first. The first step is 0; the method counts on.</summary>
    internal T? Next(IpKey address, ref int step)
    {
        // The upper bits of a step count the three sites around the address, the lower eight the lengths of one.
        for (; step < 3 << 8; step = ((step >> 8) + 1) << 8)
        {
            var lengths = (step >> 8) switch
            {
                0 => _sites.Find(address.High & Mask(48), 0, 48),
                1 => _midSites == 0 ? null : _sites.Find(address.High & Mask(32), 0, 32),
                _ => _widest,
            };
            while (lengths is not null && (step & 0xFF) < lengths.Length)
            {
                var length = lengths[step++ & 0xFF].Length;
                if (_networks.Find(address.High & Mask(length), address.Low & Mask(length - 64), length) is { } value)
                {
                    return value;
                }
            }
        }

        return null;
    }

    internal IEnumerable<(IpPrefix Prefix, T Value)> Enumerate() =>
        _networks.Enumerate().Select(n => (IpPrefix.Of(new IpKey(n.High, n.Low), n.Length), n.Value));

    internal Builder ToBuilder() => new(this);

    private static int SiteLength(int length) => length >= 48 ? 48 : length >= 32 ? 32 : 0;

    private static ulong Mask(int bits) => bits <= 0 ? 0 : ulong.MaxValue << Math.Max(0, 64 - bits);
}

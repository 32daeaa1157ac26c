using System.Numerics;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>An IPv6 address or network as a key.</summary>
internal readonly record struct Ipv6Key(ulong High, ulong Low) : INetworkKey<Ipv6Key>
{
    private const ulong First = 0x8000_0000_0000_0000;

    public static int Width => 128;

    public static ReadOnlySpan<byte> Sites => [96, 64, 48, 32, 0];

    internal static Ipv6Key Of(IpKey address) => new(address.High, address.Low);

    /// <summary>The network's address.</summary>
    internal IpKey ToIpKey(int length) => length switch
    {
        128 => new(High, Low),
        >= 64 => new(High, Low & (Low - 1)),
        _ => new(High & (High - 1), 0),
    };

    public int Length => Low == 0 ? 63 - BitOperations.TrailingZeroCount(High) : 127 - BitOperations.TrailingZeroCount(Low);

    public Ipv6Key Network(int length)
    {
        var marker = First >> (length & 63);
        var mask = ~(marker | (marker - 1));
        return length < 64 ? new((High & mask) | marker, 0) : new(High, (Low & mask) | marker);
    }

    public uint Hash() => SeededHash.Of(High, Low);

    // IPv6 networks are too sparse for an ordered filter to be useful.
    public uint Place() => Network(64).Hash();

    public bool TryGetPlaces(out uint first, out uint last)
    {
        first = last = Place();
        return Length >= 64;
    }
}

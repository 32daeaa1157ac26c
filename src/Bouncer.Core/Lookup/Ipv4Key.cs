using System.Numerics;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>An IPv4 address or network as a key.</summary>
internal readonly record struct Ipv4Key(uint Bits) : INetworkKey<Ipv4Key>
{
    public static int Width => 32;

    public static ReadOnlySpan<byte> Sites => [24, 16, 8, 0];

    internal static Ipv4Key Of(IpKey address) => new(address.IPv4);

    /// <summary>The network's address.</summary>
    internal IpKey ToIpKey(int length) => IpKey.FromIPv4(length == Width ? Bits : Bits & (Bits - 1));

    public int Length => 31 - BitOperations.TrailingZeroCount(Bits);

    public Ipv4Key Network(int length)
    {
        var marker = 0x8000_0000 >> length;
        return new((Bits & ~(marker | (marker - 1))) | marker);
    }

    public uint Hash() => SeededHash.Of(Bits, 0);

    // In the order of addresses: neighbouring addresses are often listed together and share bits, and a network of any length can
    // mark all its positions.
    public uint Place() => Bits;

    public bool TryGetPlaces(out uint first, out uint last)
    {
        first = Bits & (Bits - 1);
        last = Bits | (Bits - 1);
        return true;
    }
}

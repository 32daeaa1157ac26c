namespace Bouncer.Net;

/// <summary>An IPv6 network in which each address contains an IPv4 address after the prefix, in a layout of RFC 6052, which leaves
/// bits 64 to 71 zero, or in that of 6to4 (RFC 3056).</summary>
/// <param name="Prefix">The network; one for which <see cref="IsPossible"/> holds.</param>
internal readonly record struct EmbeddedForm(IpPrefix Prefix)
{
    internal const int SixToFour = 16;

    /// <summary>Whether a network has one of RFC 6052's lengths, and its own bits leave 64 to 71 zero.</summary>
    internal static bool IsPossible(IpPrefix prefix) =>
        !prefix.IsIPv4 && prefix.Length is 32 or 40 or 48 or 56 or 64 or 96 && IsClear(prefix.Key);

    /// <summary>Reads the IPv4 address in an address. The bits after it are ignored.</summary>
    internal bool TryRead(IpKey address, out uint ipv4)
    {
        ipv4 = Prefix.Length switch
        {
            96 => (uint)address.Low,
            SixToFour => (uint)(address.High >> 16),
            var length => Join(address, 64 - length),
        };
        return Prefix.Contains(address) && (Prefix.Length is SixToFour or 96 || IsClear(address));
    }

    /// <summary>Joins the last bits of the upper half with the bits after bit 71, to 32 in total.</summary>
    private static uint Join(IpKey address, int upper)
    {
        var both = ((UInt128)(upper == 0 ? 0 : address.High << (64 - upper)) << 64) | ((UInt128)(address.Low << 8) << (64 - upper));
        return (uint)(both >> 96);
    }

    private static bool IsClear(IpKey address) => address.Low >> 56 == 0;
}

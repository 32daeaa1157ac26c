namespace Bouncer.Lookup;

/// <summary>
/// Numbers the 255 networks that can end within an octet, 0 to 7 bits into it: their places in a binary tree written
/// level by level, 1 the root. So a network's number is below that of every network inside it.
/// </summary>
internal static class PrefixSlots
{
    private static readonly Bits256[] CoveringSets = [.. Enumerable.Range(0, 128).Select(CoveringSet)];

    internal static int Of(byte octet, int bits) => (1 << bits) + (octet >> (8 - bits));

    /// <summary>The numbers of the eight networks around an octet.</summary>
    internal static ref readonly Bits256 Covering(byte octet) => ref CoveringSets[octet >> 1];

    private static Bits256 CoveringSet(int highBits)
    {
        var set = default(Bits256);
        for (var slot = 128 + highBits; slot > 0; slot >>= 1)
        {
            set.Add(slot);
        }

        return set;
    }
}

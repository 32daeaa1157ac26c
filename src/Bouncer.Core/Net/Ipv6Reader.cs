using System.Numerics;

namespace Bouncer.Net;

/// <summary>The IPv6 half of <see cref="IpParser"/>: the three forms of RFC 4291 2.2.</summary>
internal static class Ipv6Reader
{
    /// <summary>Characters in the longest address: six groups of four digits, then a dotted IPv4 address.</summary>
    internal const int MaxLength = 45;

    private const int Groups = 8;

    internal static bool TryRead<TChar>(ReadOnlySpan<TChar> text, out IpKey key)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        key = default;
        if (text.Length is < 2 or > MaxLength)
        {
            return false;
        }

        var groups = UInt128.Zero;
        var count = 0;
        var gap = -1;
        if (text[0] == Colon<TChar>())
        {
            if (text[1] != Colon<TChar>())
            {
                return false;
            }

            gap = 0;
            text = text[2..];
        }

        // Each iteration reads a group and the single or double colon after it, so the text is never empty after a single colon.
        while (!text.IsEmpty)
        {
            var end = text.IndexOf(Colon<TChar>());
            if (end < 0 && count <= Groups - 2 && IpParser.DottedQuad(text, out var tail))
            {
                groups = (groups << 32) | tail;
                count += 2;
                break;
            }

            if (count == Groups || !Group(end < 0 ? text : text[..end], out var group))
            {
                return false;
            }

            groups = (groups << 16) | group;
            count++;
            if (end < 0)
            {
                break;
            }

            text = text[(end + 1)..];
            if (text.IsEmpty)
            {
                return false;
            }

            if (text[0] == Colon<TChar>())
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = count;
                text = text[1..];
            }
        }

        // A gap means one or more groups of zeros; without a gap, all eight groups are required.
        if (gap < 0 ? count != Groups : count == Groups)
        {
            return false;
        }

        if (gap >= 0)
        {
            groups = Open(groups, count, gap);
        }

        key = new IpKey((ulong)(groups >> 64), (ulong)groups);
        return true;
    }

    /// <summary>Moves the groups before the gap to the top; those after it stay at the bottom.</summary>
    private static UInt128 Open(UInt128 groups, int count, int gap)
    {
        var after = 16 * (count - gap);
        var low = groups & ((UInt128.One << after) - 1);
        return ((groups >> after) << after << (16 * (Groups - count))) | low;
    }

    private static bool Group<TChar>(ReadOnlySpan<TChar> text, out uint value)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = uint.CreateTruncating(c) - '0';
            if (digit > 9)
            {
                var letter = (uint.CreateTruncating(c) | 0x20) - 'a';
                if (letter > 5)
                {
                    return false;
                }

                digit = letter + 10;
            }

            value = (value << 4) | digit;
        }

        return text.Length is >= 1 and <= 4;
    }

    private static TChar Colon<TChar>()
        where TChar : unmanaged, IBinaryInteger<TChar> => TChar.CreateTruncating(':');
}

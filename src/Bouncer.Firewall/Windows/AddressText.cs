using System.Diagnostics.CodeAnalysis;
using System.Text;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>Writes and reads a rule's remote addresses in the format of Windows: tokens separated by commas.</summary>
/// <remarks>It writes addresses, networks as <c>address/length</c>, and other ranges as <c>first-last</c>; Microsoft documents all
/// three. Two adjacent IPv6 addresses are written as two addresses, because an IPv6 /127 was seen to be refused. It never writes
/// <c>*</c>, an empty text (which Windows reads as <c>*</c>) or all of a family.</remarks>
internal static class AddressText
{
    /// <summary>The maximum number of characters in a rule.</summary>
    internal const int MostCharacters = 32_767;

    /// <summary>The ranges because of which Windows refuses a whole rule.</summary>
    internal static RangeSet Unwritable(bool isIPv4) => isIPv4 ? RangeSet.Empty : UnwritableIPv6;

    // ::, ::1 and multicast.
    private static RangeSet UnwritableIPv6 { get; } = RangeSet.Of([new(0, 1), new((UInt128)0xff << 120, UInt128.MaxValue)]);

    /// <summary>The maximum number of characters of a range, with its comma.</summary>
    internal static int MostLength(AddressRange range, bool isIPv4)
    {
        var address = isIPv4 ? "255.255.255.255".Length : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".Length;
        return 1 + (range.First == range.Last ? address : (2 * address) + 1);
    }

    /// <summary>The number of tokens of a range.</summary>
    internal static int Tokens(AddressRange range, bool isIPv4) => !isIPv4 && range.Last - range.First == 1 ? 2 : 1;

    /// <exception cref="InvalidOperationException">The ranges are empty or contain all of a family, which must never be
    /// written.</exception>
    internal static string Write(RangeSet ranges, bool isIPv4)
    {
        if (ranges.IsEmpty || ranges.Contains(AddressRange.WholeOf(isIPv4)))
        {
            throw new InvalidOperationException("A rule without addresses, or with all addresses, would block every client.");
        }

        var text = new StringBuilder();
        foreach (var range in ranges.Ranges)
        {
            Append(text, range, isIPv4);
        }

        return text.ToString(0, text.Length - 1);
    }

    /// <summary>Reads what Windows returns, strictly. It accepts other forms, such as <c>192.0.2.7/255.255.255.255</c>, in any
    /// order, but refuses addresses of the other family, keywords, <c>*</c> and an empty text.</summary>
    internal static bool TryRead(string? text, bool isIPv4, [NotNullWhen(true)] out RangeSet? ranges)
    {
        ranges = null;
        List<AddressRange> read = [];
        foreach (var token in text.AsSpan().Split(','))
        {
            if (!TryReadToken(text.AsSpan(token), isIPv4, out var range))
            {
                return false;
            }

            read.Add(range);
        }

        ranges = RangeSet.Of(read);
        return !ranges.IsEmpty;
    }

    private static void Append(StringBuilder text, AddressRange range, bool isIPv4)
    {
        if (range.First == range.Last)
        {
            AppendAddress(text, range.First, isIPv4).Append(',');
        }
        else if (Tokens(range, isIPv4) == 2)
        {
            AppendAddress(text, range.First, isIPv4).Append(',');
            AppendAddress(text, range.Last, isIPv4).Append(',');
        }
        else if (range.ToPrefix(isIPv4) is { } network)
        {
            AppendAddress(text, range.First, isIPv4).Append('/').Append(network.Length).Append(',');
        }
        else
        {
            AppendAddress(text, range.First, isIPv4).Append('-');
            AppendAddress(text, range.Last, isIPv4).Append(',');
        }
    }

    private static StringBuilder AppendAddress(StringBuilder text, UInt128 address, bool isIPv4)
    {
        Span<char> characters = stackalloc char[64];
        new Prefix(address, (byte)(isIPv4 ? 32 : 128), isIPv4).ToIPAddress().TryFormat(characters, out var written);
        return text.Append(characters[..written]);
    }

    private static bool TryReadToken(ReadOnlySpan<char> token, bool isIPv4, out AddressRange range)
    {
        range = default;
        var (dash, slash) = (token.IndexOf('-'), token.IndexOf('/'));
        if (dash >= 0)
        {
            if (!TryReadAddress(token[..dash], isIPv4, out var first) || !TryReadAddress(token[(dash + 1)..], isIPv4, out var last) || last < first)
            {
                return false;
            }

            range = new(first, last);
            return true;
        }

        if (slash >= 0 && token[(slash + 1)..].Contains('.'))
        {
            return isIPv4 && TryReadMasked(token[..slash], token[(slash + 1)..], out range);
        }

        if (!TryReadNetwork(token, isIPv4, out var network))
        {
            return false;
        }

        range = AddressRange.Of(network);
        return true;
    }

    private static bool TryReadMasked(ReadOnlySpan<char> addressText, ReadOnlySpan<char> maskText, out AddressRange range)
    {
        range = default;
        if (!TryReadAddress(addressText, isIPv4: true, out var address) || !TryReadAddress(maskText, isIPv4: true, out var mask))
        {
            return false;
        }

        var hostBits = ~(uint)mask;
        range = new((uint)address & ~hostBits, (uint)address | hostBits);
        return (hostBits & (hostBits + 1)) == 0;
    }

    private static bool TryReadAddress(ReadOnlySpan<char> text, bool isIPv4, out UInt128 address)
    {
        var isAddress = TryReadNetwork(text, isIPv4, out var network) && network.Length == network.Width && !text.Contains('/');
        address = network.Address;
        return isAddress;
    }

    private static bool TryReadNetwork(ReadOnlySpan<char> text, bool isIPv4, out Prefix network)
    {
        network = default;
        if (!NetworkText.TryParse(text, out var read))
        {
            return false;
        }

        network = Prefix.From(read);
        return network.IsIPv4 == isIPv4;
    }
}

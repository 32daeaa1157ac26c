using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Parses an entry that a proxy wrote: an IPv4 or IPv6 address, with or without brackets and port. Stricter than the
/// framework: no zone, no quotes, no octal, hexadecimal or shortened numbers, and no address of 0.0.0.0/8 or <c>::</c>, which
/// identify no client.</summary>
internal static class ForwardedAddress
{
    /// <summary>The longest entry: an IPv6 address with a dotted tail, brackets and a port.</summary>
    private const int Longest = 53;

    internal static bool TryParse(ReadOnlySpan<char> entry, [NotNullWhen(true)] out IPAddress? address, out int port)
    {
        port = 0;
        address = null;
        return entry.Length <= Longest && !entry.Contains('/') && TryRead(entry, out address, ref port) && !IsUnspecified(address);
    }

    private static bool TryRead(ReadOnlySpan<char> entry, [NotNullWhen(true)] out IPAddress? address, ref int port)
    {
        if (entry is ['[', .. var inner])
        {
            address = null;
            var end = inner.IndexOf(']');
            return end > 0 && inner[..end].Contains(':') && TryAddress(inner[..end], out address) && TryEnd(inner[(end + 1)..], ref port);
        }

        if (TryAddress(entry, out address))
        {
            return true;
        }

        // After a dotted tail another colon can only begin a port.
        var colon = entry.LastIndexOf(':');
        return colon > 0 && entry[..colon].Contains('.') && TryAddress(entry[..colon], out address) && TryEnd(entry[colon..], ref port);
    }

    private static bool TryAddress(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = NetworkText.TryParse(text, out var network) ? network.BaseAddress : null;
        return address is not null;
    }

    private static bool TryEnd(ReadOnlySpan<char> end, ref int port) =>
        end.IsEmpty || (end is [':', .. { Length: > 0 and <= 5 } digits]
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort);

    /// <summary>Whether an address identifies no client: one of 0.0.0.0/8, or <c>::</c>.</summary>
    internal static bool IsUnspecified(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4 ? bytes[0] == 0 : address.Equals(IPAddress.IPv6Any);
    }
}

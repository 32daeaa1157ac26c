using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>Version 1: one line of text, <c>PROXY TCP4 source destination port port</c>.</summary>
internal static class ProxyHeaderV1
{
    /// <summary>The greatest length of the line, including its end.</summary>
    internal const int Longest = 107;

    private const int Parts = 4;

    internal static OperationStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        var start = "PROXY "u8;
        var seen = Math.Min(bytes.Length, start.Length);
        if (!bytes[..seen].SequenceEqual(start[..seen]))
        {
            return OperationStatus.InvalidData;
        }

        var line = bytes[..Math.Min(bytes.Length, Longest)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || (end == line.Length - 1 && line[end] == '\r'))
        {
            return line.Length == Longest ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
        }

        if (line[end] != '\r' || line[end + 1] != '\n' || !TryParse(line[start.Length..end], out header))
        {
            return OperationStatus.InvalidData;
        }

        length = end + 2;
        return OperationStatus.Done;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out ProxyHeader header)
    {
        header = new ProxyHeader(ProxyHeaderKind.Unnamed);
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
        {
            return true;
        }

        var isIPv6 = line.StartsWith("TCP6 "u8);
        if (!isIPv6 && !line.StartsWith("TCP4 "u8))
        {
            return false;
        }

        Span<char> buffer = stackalloc char[Longest];
        ReadOnlySpan<char> text = buffer[..Encoding.Latin1.GetChars(line["TCP4 ".Length..], buffer)];
        Span<Range> parts = stackalloc Range[Parts + 1];
        return text.Split(parts, ' ') == Parts
            && TryAddress(text[parts[0]], isIPv6, out var source)
            && TryAddress(text[parts[1]], isIPv6, out var destination)
            && TryPort(text[parts[2]], out var sourcePort)
            && TryPort(text[parts[3]], out var destinationPort)
            && ProxyHeaderReader.TryName(
                ProxyHeaderReader.EndPointOf(source, sourcePort), ProxyHeaderReader.EndPointOf(destination, destinationPort), out header);
    }

    private static bool TryAddress(ReadOnlySpan<char> text, bool isIPv6, out IPAddress address)
    {
        var isAddress = NetworkText.TryParse(text, out var network) && text.Contains(':') == isIPv6 && !text.Contains('/');
        address = isAddress ? network.BaseAddress : IPAddress.None;
        return isAddress;
    }

    private static bool TryPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text is "0" || (text is [not '0', ..]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort);
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>Remote addresses the way Windows has them; shares no code with what is tested. Everything it takes it says in its
/// own way: masks for IPv4, ranges for single IPv6 addresses, the last first.</summary>
internal sealed record FakeAddresses(string Text, IReadOnlyList<(UInt128 First, UInt128 Last, bool IsIPv4)> Ranges)
{
    internal const int StatusInvalidParameter = unchecked((int)0xD000000D);
    internal const int InvalidArgument = unchecked((int)0x80070057);

    /// <summary>What an empty list means, too.</summary>
    internal static FakeAddresses Everybody { get; } = new("*", [(0, uint.MaxValue, true), (0, UInt128.MaxValue, false)]);

    internal static FakeAddresses Parse(string? text, Predicate<string> refuses)
    {
        if (text is null or "" or "*")
        {
            return Everybody;
        }

        if (text.Length > 32_767)
        {
            throw Refusal(InvalidArgument);
        }

        List<string> own = [];
        List<(UInt128, UInt128, bool)> ranges = [];
        foreach (var token in text.Split(',').Reverse())
        {
            if (token.Length == 0 || token.Any(character => !char.IsAsciiHexDigit(character) && !".:-/".Contains(character)) || refuses(token))
            {
                throw Refusal(StatusInvalidParameter);
            }

            var (range, words) = ParseToken(token);
            if (!range.IsIPv4 && (range.First <= 1 || range.Last >> 120 == 0xff))
            {
                throw Refusal(StatusInvalidParameter);
            }

            ranges.Add(range);
            own.Add(words);
        }

        return new(string.Join(',', own), ranges);
    }

    internal static (UInt128 Number, bool IsIPv4) Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? (BinaryPrimitives.ReadUInt32BigEndian(bytes), true) : (BinaryPrimitives.ReadUInt128BigEndian(bytes), false);
    }

    private static ((UInt128 First, UInt128 Last, bool IsIPv4) Range, string Words) ParseToken(string token)
    {
        if (token.Split('-') is [var from, var to])
        {
            var (first, last) = (Number(Address(from)), Number(Address(to)));
            return first.IsIPv4 == last.IsIPv4 && first.Number <= last.Number
                ? ((first.Number, last.Number, first.IsIPv4), token)
                : throw Refusal(StatusInvalidParameter);
        }

        var parts = token.Split('/');
        var address = Address(parts[0]);
        var width = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = parts.Length == 1 ? width : int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture);
        var hostBits = length == 0 && width == 128 ? UInt128.MaxValue : (UInt128.One << (width - length)) - 1;
        var (number, isIPv4) = Number(address);
        var range = (number & ~hostBits, number | hostBits, isIPv4);
        var mask = new IPAddress(BinaryPrimitives.ReverseEndianness(~(uint)hostBits));
        return (range, isIPv4 ? $"{parts[0]}/{mask}" : length == 128 ? $"{parts[0]}-{parts[0]}" : token);
    }

    private static IPAddress Address(string text) => IPAddress.TryParse(text, out var address) ? address : throw Refusal(StatusInvalidParameter);

    private static Exception Refusal(int error) => Marshal.GetExceptionForHR(error)!;
}

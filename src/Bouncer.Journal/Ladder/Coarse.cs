using System.Net;
using System.Net.Sockets;

namespace Bouncer.Journal.Ladder;

/// <summary>Makes times and networks less exact. What is as coarse already is not changed, and nothing becomes finer.</summary>
internal static class Coarse
{
    /// <summary>The length of the networks of a precision, in bits.</summary>
    internal static int LengthOf(Precision precision, AddressFamily family) => (precision, family) switch
    {
        (Precision.Exact, AddressFamily.InterNetwork) => 32,
        (Precision.Exact, _) => 128,
        (Precision.Quarter, AddressFamily.InterNetwork) => 28,
        (Precision.Quarter, _) => 56,
        (_, AddressFamily.InterNetwork) => 24,
        _ => 48,
    };

    /// <summary>The beginning, in UTC, of the span of time in which a moment lies.</summary>
    internal static DateTime Time(Precision precision, DateTime moment) => precision switch
    {
        Precision.Exact => moment,
        Precision.Quarter => moment.Date.AddHours(moment.Hour / 6 * 6),
        Precision.Day => moment.Date,
        _ => moment.Date.AddDays(-(((int)moment.DayOfWeek + 6) % 7)),
    };

    /// <summary>The first address of the network in which an address lies, as its bytes.</summary>
    internal static byte[] Network(Precision precision, byte[] address)
    {
        var network = (byte[])address.Clone();
        var kept = LengthOf(precision, address.Length == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
        for (var i = 0; i < network.Length; i++)
        {
            var bits = Math.Clamp(kept - (8 * i), 0, 8);
            network[i] &= (byte)(0xFF00 >> bits);
        }

        return network;
    }

    /// <summary>The bytes under which an address is kept: those of IPv4 if it is IPv4 written as IPv6; none for no address.</summary>
    internal static byte[] BytesOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address is null ? []
            : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).TryWriteBytes(bytes, out var length) ? bytes[..length].ToArray()
            : [];
    }
}

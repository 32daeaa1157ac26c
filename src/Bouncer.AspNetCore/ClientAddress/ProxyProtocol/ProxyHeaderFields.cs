using System.Buffers.Binary;
using System.Numerics;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>The fields after the addresses of a version 2 header: type, length, value.</summary>
internal static class ProxyHeaderFields
{
    private const byte Checksum = 0x03;
    private const int Head = 3;

    /// <summary>Whether they fill the header exactly, and the checksum, if present, is correct.</summary>
    /// <param name="header">The whole header.</param>
    /// <param name="start">The position of the first field.</param>
    internal static bool AreSound(ReadOnlySpan<byte> header, int start)
    {
        var checksumAt = 0;
        for (var at = start; at < header.Length;)
        {
            if (header.Length - at < Head)
            {
                return false;
            }

            var size = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            var value = at + Head;
            if (size > header.Length - value)
            {
                return false;
            }

            if (header[at] == Checksum)
            {
                if (size != sizeof(uint) || checksumAt != 0)
                {
                    return false;
                }

                checksumAt = value;
            }

            at = value + size;
        }

        return checksumAt == 0 || BinaryPrimitives.ReadUInt32BigEndian(header[checksumAt..]) == Crc32C(header, checksumAt);
    }

    /// <summary>Computes the checksum of a header (RFC 4960, appendix B), with its own four bytes as zeros.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> header, int checksumAt)
    {
        var crc = uint.MaxValue;
        for (var at = 0; at < header.Length; at++)
        {
            crc = BitOperations.Crc32C(crc, at >= checksumAt && at < checksumAt + sizeof(uint) ? (byte)0 : header[at]);
        }

        return ~crc;
    }
}

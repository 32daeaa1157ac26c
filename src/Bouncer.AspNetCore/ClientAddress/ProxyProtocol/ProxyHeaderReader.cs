using System.Buffers;
using System.Net;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>Reads the PROXY protocol header, version 1 or 2, at the beginning of a connection; strictly, and regardless of how
/// its bytes are split. Fails at the first byte that cannot belong to a header.</summary>
internal static class ProxyHeaderReader
{
    /// <summary>The greatest length of a header that is read.</summary>
    internal const int Longest = ProxyHeaderV2.Longest;

    /// <param name="bytes">The bytes received so far, from the first.</param>
    /// <param name="header">The header, if it is complete.</param>
    /// <param name="length">The length of the header in bytes, if it is complete.</param>
    /// <returns>Whether the header is complete, needs more data, or is invalid.</returns>
    internal static OperationStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        return bytes.IsEmpty ? OperationStatus.NeedMoreData
            : bytes[0] == ProxyHeaderV2.FirstByte ? ProxyHeaderV2.Read(bytes, out header, out length)
            : ProxyHeaderV1.Read(bytes, out header, out length);
    }

    /// <summary>Normalises one end of a connection: a mapped address becomes IPv4.</summary>
    internal static IPEndPoint EndPointOf(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);

    /// <summary>Creates the header of a named client; fails if the address is in 0.0.0.0/8 or <c>::</c>, which identify no
    /// client.</summary>
    internal static bool TryName(IPEndPoint source, IPEndPoint destination, out ProxyHeader header)
    {
        header = new ProxyHeader(ProxyHeaderKind.Named, source, destination);
        return !ForwardedAddress.IsUnspecified(source.Address);
    }
}

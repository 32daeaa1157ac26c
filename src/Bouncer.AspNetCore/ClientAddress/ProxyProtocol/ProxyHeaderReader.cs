using System.Buffers;
using System.Net;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>Reads the header of the PROXY protocol, version 1 or 2, with which a connection begins; strictly, and independently
/// of how its bytes arrive. The first byte that cannot belong to a header ends it.</summary>
internal static class ProxyHeaderReader
{
    /// <summary>The longest header that is read.</summary>
    internal const int Longest = ProxyHeaderV2.Longest;

    /// <param name="bytes">What arrived so far, from the first byte.</param>
    /// <param name="header">What the header says, if it is whole.</param>
    /// <param name="length">How many bytes the header takes, if it is whole.</param>
    /// <returns>Done, or whether more is needed, or that this is no header.</returns>
    internal static OperationStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        return bytes.IsEmpty ? OperationStatus.NeedMoreData
            : bytes[0] == ProxyHeaderV2.FirstByte ? ProxyHeaderV2.Read(bytes, out header, out length)
            : ProxyHeaderV1.Read(bytes, out header, out length);
    }

    /// <summary>An end of a connection as all else here knows it: a mapped address as IPv4.</summary>
    internal static IPEndPoint EndPointOf(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);

    /// <summary>The header of a named client; none if the address is of 0.0.0.0/8 or <c>::</c>, which name no client.</summary>
    internal static bool TryName(IPEndPoint source, IPEndPoint destination, out ProxyHeader header)
    {
        header = new ProxyHeader(ProxyHeaderKind.Named, source, destination);
        return !ForwardedAddress.IsUnspecified(source.Address);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The families of addresses, and the tag <c>network.type</c>.</summary>
internal static class ClientFamilies
{
    /// <summary>The number of values of <see cref="ClientFamily"/>.</summary>
    internal const int Count = 3;

    private static readonly KeyValuePair<string, object?>[][] Tags = [[], [new("network.type", "ipv4")], [new("network.type", "ipv6")]];

    internal static ClientFamily Of(IPAddress? address) =>
        address is null ? ClientFamily.None
        : address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 ? ClientFamily.IPv4
        : ClientFamily.IPv6;

    /// <summary>The tags of a family.</summary>
    internal static KeyValuePair<string, object?>[] TagsOf(ClientFamily family) => Tags[(int)family];
}

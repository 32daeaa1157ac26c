using System.Net;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Recognises addresses that only a neighbour can have: loopback, link-local, and the private ranges (RFC 1918, 4193,
/// 6598).</summary>
internal static class PrivateAddress
{
    private static readonly IPNetwork[] Networks =
    [
        new(new IPAddress([10, 0, 0, 0]), 8),
        new(new IPAddress([100, 64, 0, 0]), 10),
        new(new IPAddress([127, 0, 0, 0]), 8),
        new(new IPAddress([169, 254, 0, 0]), 16),
        new(new IPAddress([172, 16, 0, 0]), 12),
        new(new IPAddress([192, 168, 0, 0]), 16),
    ];

    internal static bool Is(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain) || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal)
        {
            return true;
        }

        foreach (var network in Networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}

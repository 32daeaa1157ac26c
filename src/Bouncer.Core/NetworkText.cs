using System.Net;
using Bouncer.Net;

namespace Bouncer;

/// <summary>Parses addresses and networks as strictly as the engine does: IPv4 as four decimals without leading zeros, IPv6 as in
/// RFC 4291 2.2, no zone, port or blanks. Host bits are cleared, and IPv4-mapped IPv6 becomes IPv4.</summary>
public static class NetworkText
{
    /// <summary>Parses an address, or a network such as <c>10.0.0.0/8</c>. Never throws.</summary>
    /// <param name="text">The text.</param>
    /// <param name="network">The network; a single address has the full length.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out IPNetwork network) => Found(IpParser.TryParsePrefix(text, out var prefix), prefix, out network);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out IPNetwork)" />
    /// <param name="utf8">The text in UTF-8.</param>
    /// <param name="network">The network; a single address has the full length.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out IPNetwork network) => Found(IpParser.TryParsePrefix(utf8, out var prefix), prefix, out network);

    /// <summary>Whether a network is a large part of the internet: wider than an IPv4 /8 or an IPv6 /16, except local addresses
    /// (fc00::/7 and above). Trusting so many addresses is almost always a mistake.</summary>
    /// <param name="network">The network; IPv4-mapped IPv6 counts as IPv4.</param>
    public static bool IsWide(IPNetwork network) => IpPrefix.From(network).IsWide;

    private static bool Found(bool isNetwork, IpPrefix prefix, out IPNetwork network)
    {
        network = isNetwork ? prefix.ToIPNetwork() : default;
        return isNetwork;
    }
}

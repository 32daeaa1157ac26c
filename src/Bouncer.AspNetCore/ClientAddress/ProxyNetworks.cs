using System.Net;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Parses the entries of <see cref="ProxyOptions.Networks"/>.</summary>
internal static class ProxyNetworks
{
    internal const string Unix = "unix";

    private static readonly Dictionary<string, IPNetwork[]> Presets = new(StringComparer.OrdinalIgnoreCase)
    {
        ["loopback"] = Parse("127.0.0.0/8", "::1"),
        ["private"] = Parse(
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10", "169.254.0.0/16", "fe80::/10"),
        [Unix] = [],
    };

    /// <summary>The networks of an entry; null if it is not an address, a network or a preset.</summary>
    internal static IPNetwork[]? Find(string text) =>
        Presets.TryGetValue(text, out var preset) ? preset
        : NetworkText.TryParse(text, out var network) ? [network]
        : null;

    private static IPNetwork[] Parse(params string[] texts) =>
        [.. texts.Select(text => NetworkText.TryParse(text, out var network) ? network : throw new FormatException(text))];
}

using System.Globalization;

namespace Bouncer.Firewall.Settings;

/// <summary>Ports of one protocol.</summary>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="First">The first port.</param>
/// <param name="Last">The last port.</param>
internal readonly record struct PortRange(string Protocol, ushort First, ushort Last)
{
    private static readonly string[] Protocols = ["tcp", "udp"];

    /// <summary>The ports in nft's syntax.</summary>
    internal string Ports => First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    /// <summary>Parses texts that the options' validator has accepted; ranges of one protocol are neither overlapping nor
    /// adjacent.</summary>
    internal static IEnumerable<PortRange> All(IEnumerable<string>? texts)
    {
        List<PortRange> merged = [];
        foreach (var range in (texts ?? []).SelectMany(text => Parse(text) ?? []).OrderBy(range => range.Protocol, StringComparer.Ordinal).ThenBy(range => range.First))
        {
            if (merged.Count > 0 && merged[^1] is var before && before.Protocol == range.Protocol && range.First <= before.Last + 1)
            {
                merged[^1] = before with { Last = Math.Max(before.Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    /// <summary>Reads <c>443</c>, <c>443/tcp</c> or <c>8000-8100/udp</c>; null if the text has another form.</summary>
    internal static IReadOnlyCollection<PortRange>? Parse(string text)
    {
        var parts = text.Split('/');
        var ports = parts[0].Split('-');
        if (parts.Length > 2 || ports.Length > 2 || !TryRead(ports[0], out var first) || !TryRead(ports[^1], out var last) || first > last)
        {
            return null;
        }

        return parts.Length == 1
            ? [.. Protocols.Select(protocol => new PortRange(protocol, first, last))]
            : Array.Find(Protocols, protocol => protocol == parts[1]) is { } one ? [new(one, first, last)] : null;
    }

    private static bool TryRead(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}

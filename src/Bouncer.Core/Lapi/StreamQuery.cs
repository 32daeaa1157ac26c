using System.Net;
using System.Text;
using Bouncer.Net;

namespace Bouncer.Lapi;

/// <summary>Which decisions are asked for, and which of them are believed. Immutable; the same for every pull, startup or
/// delta, for LAPI keeps no filter between them.</summary>
internal sealed class StreamQuery
{
    private readonly string _filters;
    private readonly int _widestIPv4;
    private readonly int _widestIPv6;

    internal StreamQuery(SyncOptions options)
    {
        _widestIPv4 = options.WidestIPv4Prefix;
        _widestIPv6 = options.WidestIPv6Prefix;
        var filters = new StringBuilder();
        Append(filters, "scopes", options.Scopes);
        var unfiltered = filters.Length;
        Append(filters, "origins", options.Origins);
        Append(filters, "scenarios_containing", options.ScenariosContaining);
        Append(filters, "scenarios_not_containing", options.ScenariosNotContaining);
        Deduplicated = filters.Length == unfiltered;
        _filters = filters.ToString();
    }

    /// <summary>Whether LAPI sends only the longest decision of each scope, type and value, so that these three name a
    /// decision; else its id does.</summary>
    internal bool Deduplicated { get; }

    /// <summary>The path and query of a pull, below LAPI's address.</summary>
    internal string Pull(bool startup)
    {
        // With a filter, LAPI would still look for the longest decision among all of them: it would send neither the longest,
        // which is filtered out, nor the shorter ones.
        var dedup = Deduplicated ? "" : "&dedup=false";
        return $"v1/decisions/stream?startup={(startup ? "true" : "false")}{_filters}{dedup}";
    }

    /// <summary>The path and query of a question on one address, below LAPI's address.</summary>
    internal string Live(IPAddress address)
    {
        var canonical = IpKey.From(address).ToIPAddress().ToString();
        return $"v1/decisions?ip={Uri.EscapeDataString(canonical)}{_filters}";
    }

    /// <summary>Whether a decision on this network would shut out too much of the world to be believed.</summary>
    internal bool IsTooWide(IpPrefix prefix) => prefix.Length < (prefix.IsIPv4 ? _widestIPv4 : _widestIPv6);

    private static void Append(StringBuilder filters, string name, IList<string>? values)
    {
        var given = values?.Select(value => value.Trim()).Where(value => value.Length > 0).ToArray() ?? [];
        if (given.Length > 0)
        {
            filters.Append('&').Append(name).Append('=').Append(string.Join(',', given.Select(Uri.EscapeDataString)));
        }
    }
}

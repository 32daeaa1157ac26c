using Bouncer.Net;

namespace Bouncer.Lapi;

/// <summary>The filters of the settings: which decisions are requested, and which are accepted. Immutable; part of every call, because
/// LAPI keeps no filter between calls. Filters are escaped for a URL; null if there is none.</summary>
internal sealed class DecisionQuery
{
    private readonly string[] _originNames;
    private readonly int _widestIPv4;
    private readonly int _widestIPv6;

    internal DecisionQuery(SyncOptions options)
    {
        _widestIPv4 = options.MinIPv4PrefixLength;
        _widestIPv6 = options.MinIPv6PrefixLength;
        _originNames = Given(options.Origins);
        Scopes = Filter(options.Scopes);
        Origins = Filter(options.Origins);
        ScenariosContaining = Filter(options.ScenariosContaining);
        ScenariosNotContaining = Filter(options.ScenariosNotContaining);
    }

    internal string? Scopes { get; }

    internal string? Origins { get; }

    internal string? ScenariosContaining { get; }

    internal string? ScenariosNotContaining { get; }

    /// <summary>Whether decisions of an origin are requested.</summary>
    internal bool AsksFor(string origin) => _originNames.Length == 0 || _originNames.Contains(origin);

    /// <summary>Whether a network is too wide for a decision on it to be accepted.</summary>
    internal bool IsTooWide(IpPrefix prefix) => prefix.Length < (prefix.IsIPv4 ? _widestIPv4 : _widestIPv6);

    /// <summary>Several values as one filter; null if there is none.</summary>
    internal static string? Filter(IEnumerable<string>? values)
    {
        var given = Given(values);
        return given.Length == 0 ? null : string.Join(',', given.Select(Uri.EscapeDataString));
    }

    private static string[] Given(IEnumerable<string>? values) =>
        values?.Select(value => value.Trim()).Where(value => value.Length > 0).ToArray() ?? [];
}

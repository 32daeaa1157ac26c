using System.Net;
using Bouncer.Net;

namespace Bouncer.Lapi;

/// <summary>Which decisions are asked for, and which of them are believed. Immutable; the same for every call, for LAPI keeps
/// no filter between them.</summary>
internal sealed class DecisionQuery
{
    private readonly string _scopes;
    private readonly string _origins;
    private readonly string[] _originNames;
    private readonly string _scenarios;
    private readonly int _widestIPv4;
    private readonly int _widestIPv6;

    internal DecisionQuery(SyncOptions options)
    {
        _widestIPv4 = options.MinIPv4PrefixLength;
        _widestIPv6 = options.MinIPv6PrefixLength;
        _scopes = Filter("scopes", options.Scopes);
        _originNames = Given(options.Origins);
        _origins = Filter("origins", options.Origins);
        _scenarios = Filter("scenarios_containing", options.ScenariosContaining) + Filter("scenarios_not_containing", options.ScenariosNotContaining);
    }

    /// <summary>The path and query of a pull, below LAPI's address.</summary>
    /// <remarks>Always with <c>dedup=false</c>. Otherwise LAPI sends of all decisions with one scope, type and value only the
    /// one that ends last, looking at its whole table: a policy would not see the shorter one of another origin.</remarks>
    internal string Pull(bool startup) =>
        $"v1/decisions/stream?startup={(startup ? "true" : "false")}&dedup=false{_scopes}{_origins}{_scenarios}";

    /// <summary>The path and query of a question on one address, below LAPI's address.</summary>
    internal string Live(IPAddress address)
    {
        var canonical = IpKey.From(address).ToIPAddress().ToString();
        return $"v1/decisions?ip={Uri.EscapeDataString(canonical)}{_scopes}{_origins}{_scenarios}";
    }

    /// <summary>The path and query of a question on a part of the list, below LAPI's address.</summary>
    internal string List(DecisionSelection selection)
    {
        // Without scopes the stream is about addresses, and this call about everything.
        var scopes = _scopes.Length > 0 ? _scopes : "&scopes=ip,range";
        var origins = selection.Origins is { } given ? Filter("origins", given) : _origins;
        var value = selection.Value is { } text ? $"&value={Uri.EscapeDataString(text)}" : "";
        var place = $"{Number("id_gt", selection.AboveId)}{Number("offset", selection.Offset)}{Number("limit", selection.Limit)}";
        return $"v1/decisions?{scopes.AsSpan(1)}{origins}{_scenarios}{value}{place}";
    }

    /// <summary>Whether decisions of an origin are asked for.</summary>
    internal bool AsksFor(string origin) => _originNames.Length == 0 || _originNames.Contains(origin);

    /// <summary>Whether a decision on this network would shut out too much of the world to be believed.</summary>
    internal bool IsTooWide(IpPrefix prefix) => prefix.Length < (prefix.IsIPv4 ? _widestIPv4 : _widestIPv6);

    private static string Number(string name, long? number) => number is { } given ? $"&{name}={given}" : "";

    private static string Filter(string name, IEnumerable<string>? values)
    {
        var given = Given(values);
        return given.Length == 0 ? "" : $"&{name}={string.Join(',', given.Select(Uri.EscapeDataString))}";
    }

    private static string[] Given(IEnumerable<string>? values) =>
        values?.Select(value => value.Trim()).Where(value => value.Length > 0).ToArray() ?? [];
}

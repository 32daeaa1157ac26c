using System.Globalization;
using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Api;

/// <summary>The query parameters of both decision endpoints. Unknown names are ignored: an empty filter matches every
/// row.</summary>
internal sealed class DecisionFilter
{
    private readonly List<string[]> _scopes = [];
    private bool _contains = true;
    private AddressRange? _addresses;
    private string? _type;
    private string[]? _origins;
    private string[]? _scenarios;
    private string[]? _notScenarios;

    public bool IncludeSimulated { get; private set; }

    public string? Value { get; private init; }

    public long IdAbove { get; private set; } = long.MinValue;

    public int Limit { get; private set; } = int.MaxValue;

    public int Offset { get; private set; }

    public bool IsPart { get; private set; }

    public static DecisionFilter Parse(IReadOnlyDictionary<string, string> query, LocalApiDialect dialect)
    {
        var filter = new DecisionFilter
        {
            IncludeSimulated = query.TryGetValue("simulated", out var simulated) && simulated != "false",
            Value = query.GetValueOrDefault("value"),
            _type = query.GetValueOrDefault("type"),
            _origins = query.GetValueOrDefault("origins")?.Split(','),
            _scenarios = query.GetValueOrDefault("scenarios_containing")?.Split(','),
            _notScenarios = query.GetValueOrDefault("scenarios_not_containing")?.Split(','),
        };
        if (query.TryGetValue("contains", out var contains))
        {
            filter._contains = ParseBool(contains, dialect);
        }

        if ((query.GetValueOrDefault("range") ?? query.GetValueOrDefault("ip")) is { } address)
        {
            filter._addresses = ParseAddresses(address, dialect);
        }

        filter.AddScopes(query.GetValueOrDefault("scopes"));
        if (dialect == LocalApiDialect.Newest)
        {
            filter.AddScopes(query.GetValueOrDefault("scope"));
            filter.AddPart(query);
        }

        return filter;
    }

    public bool Matches(StoredDecision row) =>
        row.Id > IdAbove
        && _scopes.TrueForAll(asked => asked.Contains(row.Scope))
        && (Value is null || Value == row.Value)
        && (_type is null || _type == row.Type)
        && (_origins is null || _origins.Contains(row.Origin))
        && (_scenarios is null || ContainsAny(row.Scenario, _scenarios))
        && (_notScenarios is null || !ContainsAny(row.Scenario, _notScenarios))
        && MatchesAddresses(row.Addresses);

    private static bool ContainsAny(string scenario, string[] words) =>
        Array.Exists(words, word => scenario.Contains(word, StringComparison.OrdinalIgnoreCase));

    private bool MatchesAddresses(AddressRange? row) =>
        _addresses is not { } asked
        || (row is { } held && (_contains ? held.Contains(asked) : asked.Contains(held)));

    private void AddScopes(string? list)
    {
        if (list is not null)
        {
            _scopes.Add(Array.ConvertAll(list.Split(','), ScopeNames.Normalize));
        }
    }

    private static AddressRange ParseAddresses(string text, LocalApiDialect dialect)
    {
        if (AddressRange.TryParse(text, out var range))
        {
            return range;
        }

        var reason = text.Contains('/', StringComparison.Ordinal) ? $"while parsing range {text}: invalid CIDR address: {text}"
            : dialect == LocalApiDialect.V146 ? "invalid address"
            : $"invalid ip address '{text}'";
        throw new DecisionQueryException($"unable to convert '{text}' to int: {reason}: invalid ip address / range");
    }

    private static bool ParseBool(string text, LocalApiDialect dialect) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new DecisionQueryException($"invalid contains value{(dialect == LocalApiDialect.V146 ? " " : "")}: strconv.ParseBool: parsing \"{text}\": invalid syntax: invalid filter"),
    };

    // As sqlite reads them: a negative limit is none, a negative offset is 0.
    private void AddPart(IReadOnlyDictionary<string, string> query)
    {
        IsPart = query.ContainsKey("limit") || query.ContainsKey("offset");
        var limit = ParseInt(query, "limit", absent: -1);
        Limit = limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue);
        Offset = (int)Math.Clamp(ParseInt(query, "offset", absent: 0), 0, int.MaxValue);
        IdAbove = ParseInt(query, "id_gt", absent: long.MinValue);
    }

    // Go's Atoi on a 64-bit machine.
    private static long ParseInt(IReadOnlyDictionary<string, string> query, string name, long absent)
    {
        if (!query.TryGetValue(name, out var text))
        {
            return absent;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var digits = text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text;
        var fault = digits.Length > 0 && digits.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax";
        throw new DecisionQueryException($"invalid {name} value: strconv.Atoi: parsing \"{text}\": {fault}: invalid filter");
    }
}

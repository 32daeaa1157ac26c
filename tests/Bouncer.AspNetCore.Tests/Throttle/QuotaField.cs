using System.Globalization;
using System.Text.RegularExpressions;

namespace Bouncer.AspNetCore.Tests.Throttle;

/// <summary>Reads a field of one member, a String with Integer parameters, as RFC 9651 has it.</summary>
internal static partial class QuotaField
{
    internal static (string Policy, Dictionary<string, long> Parameters) Parse(string? field)
    {
        var match = Member().Match(field ?? "");
        Assert.True(match.Success, $"'{field}' is no structured field of that form.");
        return (
            match.Groups["policy"].Value,
            match.Groups["key"].Captures.Zip(match.Groups["value"].Captures)
                .ToDictionary(pair => pair.First.Value, pair => long.Parse(pair.Second.Value, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex("""\A"(?<policy>[ !#-\[\]-~]*)"(?:; *(?<key>[a-z*][a-z0-9_.*-]*)=(?<value>-?[0-9]{1,15}))*\z""")]
    private static partial Regex Member();
}

using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bouncer.Lapi;
using Bouncer.Lapi.Wire;
using Bouncer.Net;

namespace Bouncer.Tests.Lapi.Wire;

/// <summary>Reads the stream's answer the slow and obvious way: whole document, element by element. Gives one line for each
/// decision and one for each reason.</summary>
internal static partial class ReferenceReader
{
    private static readonly DateTimeOffset Now = WireReading.Clock.GetUtcNow();

    internal static List<string> Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
        var root = document.RootElement;
        Require(root.ValueKind == JsonValueKind.Object);
        var members = root.EnumerateObject().Where(member => Name(member) is "new" or "deleted").ToList();
        Require(members.Count > 0 && members.DistinctBy(Name).Count() == members.Count);
        Require(members.All(member => member.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Null));

        var added = ElementsOf(members, "new").Select(element => ReadDecision(element, isDeleted: false)).ToArray();
        var deleted = ElementsOf(members, "deleted").Select(element => ReadDecision(element, isDeleted: true));
        var unusable = added.Where(read => read.Fault is not null).ToArray();
        return
        [
            .. added.Where(read => read.Line.Length > 0).Select(read => $"new {read.Line}"),
            .. deleted.Where(read => read.Fault is null || read.IsIdGiven).Select(read => $"deleted {read.Id}"),
            .. unusable.CountBy(read => read.Fault!).OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"skipped {reason.Key} {reason.Value}"),
            .. unusable.Where(read => read.IsKnown).GroupBy(read => read.Id).Select(same => $"unusable {same.Key} {same.Last().Ends}").Order(StringComparer.Ordinal),
            $"of {added.Length}, all known: {Array.TrueForAll(unusable, read => read.IsKnown)}",
        ];
    }

    internal static List<string> Describe(StreamAnswer answer) =>
    [
        .. answer.Added.ToDecisions().Select((decision, i) => $"new {Describe(answer.Added[i + 1].Id, decision)}"),
        .. answer.Deleted.Select(id => $"deleted {id}"),
        .. answer.Unusable.ByReason.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"skipped {reason.Key} {reason.Value}"),
        .. answer.Unusable.Ends.Select(end => $"unusable {end.Key} {Now.Ticks + end.Value - WireReading.Clock.GetTimestamp()}").Order(StringComparer.Ordinal),
        $"of {answer.Count}, all known: {answer.Unusable.AreAllKnown}",
    ];

    private static string Describe(long id, Decision decision) => string.Join(
        '|', id, decision.Origin, decision.Scenario, decision.Scope, decision.Value, decision.Type, decision.Remediation, decision.Network, decision.ExpiresAt.Ticks);

    private static IEnumerable<JsonElement> ElementsOf(List<JsonProperty> members, string name) =>
        members.Where(member => Name(member) == name && member.Value.ValueKind == JsonValueKind.Array).SelectMany(member => member.Value.EnumerateArray());

    private static ReadElement ReadDecision(JsonElement element, bool isDeleted)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new ReadElement("", SkipReason.Shape, 0, false, null);
        }

        long id = 0;
        string origin = "", scenario = "", scope = "", type = "", value = "", duration = "4h";
        string? fault = null;
        var hasType = false;
        foreach (var member in element.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var given = member.Value;
            switch (Name(member))
            {
                case "id" when given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out var number): id = number; break;
                case "id": fault ??= SkipReason.Shape; break;
                case "duration" when isDeleted: break;
                case "duration" when given.ValueKind != JsonValueKind.String: fault ??= SkipReason.Shape; duration = "malformed"; break;
                case "origin" or "scenario" or "scope" or "type" or "value" when given.ValueKind != JsonValueKind.String: fault ??= SkipReason.Shape; break;
                case "origin": origin = Cut(given); break;
                case "scenario": scenario = Cut(given); break;
                case "duration": duration = Text(given) ?? "malformed"; break;
                case "scope": scope = Checked(given, ref fault); break;
                case "type": type = Checked(given, ref fault); hasType = true; break;
                case "value": value = Checked(given, ref fault); break;
            }
        }

        var isIdGiven = id != 0;
        id = isIdGiven ? id : SubstituteId.Of(scope, type, Encoding.UTF8.GetBytes(value));
        var lifetime = Parse(duration);
        var ends = (Now + (lifetime > TimeSpan.Zero ? lifetime.Value : TimeSpan.Zero)).Ticks;
        var read = new ReadElement("", fault, id, isIdGiven, lifetime is null ? null : ends);
        if (isDeleted || fault is not null)
        {
            return read;
        }

        fault = string.IsNullOrWhiteSpace(scope) || !hasType || value.Length == 0 ? SkipReason.MissingField : null;
        fault ??= lifetime is null ? SkipReason.Duration : null;
        if (fault is not null || lifetime <= TimeSpan.Zero)
        {
            return read with { Fault = fault };
        }

        var network = "";
        if (scope.Trim().ToUpperInvariant() is "IP" or "RANGE")
        {
            if (!IpParser.TryParsePrefix(value, out var prefix))
            {
                return read with { Fault = SkipReason.Address };
            }

            if (prefix.Length < (prefix.IsIPv4 ? 8 : 16))
            {
                return read with { Fault = SkipReason.TooWide };
            }

            network = prefix.ToIPNetwork().ToString();
        }

        return read with { Line = string.Join('|', id, origin, scenario, new DecisionScope(scope), value, type, new Remediation(string.IsNullOrWhiteSpace(type) ? "unknown" : type), network, ends) };
    }

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Checked(JsonElement element, ref string? fault)
    {
        var text = Text(element);
        fault ??= text is null ? SkipReason.Shape : Encoding.UTF8.GetByteCount(text) > 256 ? SkipReason.TooLong : null;
        return text ?? "";
    }

    private static string Cut(JsonElement element)
    {
        var text = Text(element) ?? element.GetRawText()[1..^1];
        return text.Length <= 256 ? text : text[..(char.IsHighSurrogate(text[255]) ? 255 : 256)];
    }

    private static TimeSpan? Parse(string duration)
    {
        if (duration is "0" or "+0" or "-0")
        {
            return TimeSpan.Zero;
        }

        if (!GoForm().IsMatch(duration))
        {
            return null;
        }

        BigInteger picoseconds = 0;
        foreach (Match part in Part().Matches(duration))
        {
            var digits = part.Groups[2].Value;
            BigInteger unit = part.Groups[3].Value switch { "ns" => 1_000, "ms" => 1_000_000_000, "s" => 1_000_000_000_000, "m" => 60_000_000_000_000, "h" => 3_600_000_000_000_000, _ => 1_000_000 };
            var whole = part.Groups[1].Length == 0 ? 0 : BigInteger.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            var fraction = digits.Length == 0 ? 0 : BigInteger.Parse(digits, CultureInfo.InvariantCulture) * unit / BigInteger.Pow(10, digits.Length);
            picoseconds += (whole * unit) + (fraction / 1000 * 1000);
        }

        var ticks = (long)BigInteger.Min(picoseconds / 100_000, TimeSpan.FromDays(3650).Ticks);
        return TimeSpan.FromTicks(duration[0] == '-' ? -ticks : ticks);
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("reference");
        }
    }

    [GeneratedRegex(@"\A[-+]?(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|\u00B5s|\u03BCs|ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex GoForm();

    [GeneratedRegex(@"([0-9]*)\.?([0-9]*)(ns|us|\u00B5s|\u03BCs|ms|s|m|h)", RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    private sealed record ReadElement(string Line, string? Fault, long Id, bool IsIdGiven, long? Ends)
    {
        internal bool IsKnown => IsIdGiven && Ends is not null;
    }
}

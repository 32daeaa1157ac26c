using System.Text;
using System.Text.Json;

namespace Bouncer.Firewall.Nftables;

/// <summary>Reads what <c>nft -j -t list ruleset inet</c> prints, and keeps what is in one table.</summary>
internal sealed class NftStructureReader
{
    private const string CounterPrefix = "origin_";

    private readonly string _table;
    private readonly HashSet<NftSet> _sets = [];
    private readonly Dictionary<string, string> _chains = [];
    private readonly Dictionary<string, long> _counters = [];
    private readonly SortedDictionary<string, StringBuilder> _signature = new(StringComparer.Ordinal);
    private bool _exists;
    private bool _hasForeign;

    private NftStructureReader(string table) => _table = table;

    /// <exception cref="FormatException">This is not what nft prints.</exception>
    internal static NftStructure Read(ReadOnlySpan<byte> json, string table)
    {
        NftStructureReader structure = new(table);
        try
        {
            structure.ReadAll(new Utf8JsonReader(json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("Not the JSON of nft's schema.", e);
        }

        return structure._exists
            ? new()
            {
                Exists = true,
                HasForeign = structure._hasForeign,
                Signature = string.Join('\n', structure._signature.Select(part => part.Key + part.Value)),
                Sets = structure._sets,
                Chains = structure._chains,
                Counters = structure._counters,
            }
            : NftStructure.None;
    }

    private void ReadAll(Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.StartObject);
        Expect(ref json, JsonTokenType.PropertyName);
        if (!json.ValueTextEquals("nftables"))
        {
            throw new JsonException();
        }

        Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            // One object at a time: other tables may be large, and are not kept.
            using var item = JsonDocument.ParseValue(ref json);
            foreach (var thing in item.RootElement.EnumerateObject())
            {
                ReadThing(thing.Name, thing.Value);
            }
        }

        Expect(ref json, JsonTokenType.EndObject);
        if (json.Read())
        {
            throw new JsonException();
        }
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
        {
            throw new JsonException();
        }
    }

    private void ReadThing(string kind, JsonElement thing)
    {
        if (!thing.TryGetProperty(kind == "table" ? "name" : "table", out var table)
            || table.GetString() != _table
            || thing.GetProperty("family").GetString() != "inet")
        {
            return;
        }

        switch (kind)
        {
            case "table":
                _exists = true;

                // Dormant, or somebody else's: the kernel does not let go of that together with chains.
                _hasForeign |= thing.TryGetProperty("flags", out _);
                Sign("", thing.GetRawText());
                break;
            case "chain":
                ReadChain(thing);
                break;
            case "rule":
                var chain = thing.GetProperty("chain").GetString()!;
                _chains[chain] = _chains.GetValueOrDefault(chain) + " " + (thing.TryGetProperty("comment", out var mark) ? mark.GetString() : "-");
                Sign($"chain {chain}", thing.GetRawText());
                break;
            case "set":
                ReadSet(thing);
                break;
            case "counter" when thing.GetProperty("name").GetString() is { } name && name.StartsWith(CounterPrefix, StringComparison.Ordinal) && OriginSlugs.IsSlug(name[CounterPrefix.Length..]):
                _counters[name[CounterPrefix.Length..]] = thing.GetProperty("packets").GetInt64();
                break;
            default:
                _hasForeign = true;
                break;
        }
    }

    private void ReadChain(JsonElement chain)
    {
        var name = chain.GetProperty("name").GetString()!;
        _chains.TryAdd(name, chain.TryGetProperty("hook", out var hook)
            ? $"{chain.GetProperty("type").GetString()} {hook.GetString()} {chain.GetProperty("prio").GetRawText()} {chain.GetProperty("policy").GetString()}"
            : "");
        _hasForeign |= !NftRuleset.ChainNames.Contains(name);
        Sign($"chain {name}", chain.GetRawText());
    }

    private void ReadSet(JsonElement set)
    {
        var isOurs = NftSet.TryParse(set.GetProperty("name").GetString()!, out var known)
            && set.GetProperty("type").ValueEquals(known.Type)
            && set.TryGetProperty("flags", out var flags)
            && flags is { ValueKind: JsonValueKind.Array }
            && flags.GetArrayLength() == 1
            && flags[0].ValueEquals("timeout")
            && !set.TryGetProperty("size", out _)
            && !set.TryGetProperty("timeout", out _);
        if (!isOurs)
        {
            _hasForeign = true;
            return;
        }

        _sets.Add(known);
        Sign($"set {known.Name}", set.GetProperty("handle").GetRawText());
    }

    private void Sign(string of, string text)
    {
        if (!_signature.TryGetValue(of, out var part))
        {
            _signature.Add(of, part = new());
        }

        part.Append(' ').Append(text);
    }
}

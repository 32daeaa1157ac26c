using System.Buffers;
using System.Text;
using System.Text.Json;
using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Nftables;

/// <summary>Reads the output of <c>nft -j -t list ruleset inet</c>, and keeps the content of one table.</summary>
internal sealed class NftStructureReader
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./");

    private readonly string _table;
    private readonly HashSet<NftSet> _sets = [];
    private readonly Dictionary<NftSet, long> _handles = [];
    private readonly List<int> _generations = [];
    private readonly Dictionary<string, string> _chains = [];
    private readonly Dictionary<string, Traffic> _counters = [];
    private readonly Dictionary<string, Traffic> _processed = [];
    private readonly SortedDictionary<string, StringBuilder> _signature = new(StringComparer.Ordinal);
    private bool _exists;
    private readonly List<NftObject> _foreign = [];
    private bool _isForeign;
    private bool _isDormant;

    private NftStructureReader(string table) => _table = table;

    /// <exception cref="FormatException">The output is not in nft's format.</exception>
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
                IsForeign = structure._isForeign,
                Foreign = structure._foreign,
                Signature = string.Join('\n', structure._signature.Select(part => part.Key + part.Value)),
                Sets = structure._sets,
                Handles = structure._handles,
                IsDormant = structure._isDormant,
                Generations = structure._generations,
                Chains = structure._chains,
                Counters = structure._counters,
                Processed = structure._processed,
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
            // One object at a time: other tables may be large, and are not needed.
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

                // Dormant, or owned by another program: only deleting the table removes that.
                _isForeign |= thing.TryGetProperty("flags", out var tableFlags);
                _isDormant |= tableFlags.ValueKind != JsonValueKind.Undefined && tableFlags.GetRawText().Contains("\"dormant\"", StringComparison.Ordinal);
                Sign("", thing.GetRawText());
                break;
            case "chain":
                ReadChain(thing);
                break;
            case "rule":
                var chain = thing.GetProperty("chain").GetString()!;
                _chains[chain] = $"{_chains.GetValueOrDefault(chain)} {(thing.TryGetProperty("comment", out var mark) ? mark.GetString() : "-")}{NftEffect.Of(thing)}";
                Sign($"chain {chain}", thing.GetRawText());
                break;
            case "set" or "map":
                ReadSet(kind, thing);
                break;
            case "counter" when OriginSlugs.OfCounter(thing.GetProperty("name").GetString()!) is { } slug:
                _counters[slug] = ReadTraffic(thing);
                break;
            case "counter" when thing.GetProperty("name").GetString()! is var name && NftProcessed.Names.Contains(name):
                _processed[name] = ReadTraffic(thing);
                break;
            default:
                FindForeign(kind, thing);
                break;
        }
    }

    private static Traffic ReadTraffic(JsonElement counter) => new(counter.GetProperty("packets").GetInt64(), counter.GetProperty("bytes").GetInt64());

    private void ReadChain(JsonElement chain)
    {
        var name = chain.GetProperty("name").GetString()!;
        _chains.TryAdd(name, chain.TryGetProperty("hook", out var hook)
            ? $"{chain.GetProperty("type").GetString()} {hook.GetString()} {chain.GetProperty("prio").GetRawText()} {chain.GetProperty("policy").GetString()}"
            : "");
        if (!NftRuleset.ChainNames.Contains(name))
        {
            FindForeign("chain", chain);
        }

        Sign($"chain {name}", chain.GetRawText());
    }

    private void ReadSet(string kind, JsonElement set)
    {
        var isOurs = NftSet.TryParse(set.GetProperty("name").GetString()!, out var known)
            && kind == known.Kind
            && set.GetProperty("type") is { ValueKind: JsonValueKind.String } type
            && type.ValueEquals(known.Type)
            && (known.IsGate || (set.GetProperty("map") is { ValueKind: JsonValueKind.String } value && value.ValueEquals("counter")))
            && set.TryGetProperty("flags", out var flags)
            && flags is { ValueKind: JsonValueKind.Array }
            && flags.GetArrayLength() == 1
            && flags[0].ValueEquals("timeout")
            && !set.TryGetProperty("size", out _)
            && !set.TryGetProperty("timeout", out _);
        if (!isOurs)
        {
            FindForeign(kind, set);
            return;
        }

        // nft lists the older sets first.
        if (!_generations.Contains(known.Generation))
        {
            _generations.Add(known.Generation);
        }

        _sets.Add(known);
        _handles[known] = set.GetProperty("handle").GetInt64();
        Sign($"set {known.Name}", set.GetProperty("handle").GetRawText());
    }

    /// <summary>Records an object to remove. If its name cannot be written in a script, the table is deleted.</summary>
    private void FindForeign(string kind, JsonElement thing)
    {
        if (thing.TryGetProperty("name", out var named) && named.GetString() is { Length: > 0 } name && char.IsAsciiLetter(name[0]) && !name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            _foreign.Add(new(kind, name));
        }
        else
        {
            _isForeign = true;
        }
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

using System.Buffers;
using System.Net;
using System.Text.Json;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>Makes change sets for a store: half of each deletes decisions that it holds, half adds new ones near such. They
/// are written as LAPI would and read by the product's parser.</summary>
internal sealed class ChangeSets
{
    private const int TriesInANetwork = 8;
    private readonly Random _random;
    private readonly IDecisionStore _store;
    private readonly List<ListedDecision> _held = [];
    private readonly HashSet<string> _added = new(StringComparer.Ordinal);
    private long _lastId = 1L << 40;

    /// <param name="store">The store as it is before the first change.</param>
    /// <param name="deletions">How many of its decisions the change sets will delete at the most.</param>
    /// <param name="seed">The same changes for the same seed and store.</param>
    internal ChangeSets(IDecisionStore store, int deletions, int seed)
    {
        _random = new Random(seed);
        _store = store;
        Choose(deletions);
    }

    /// <exception cref="VerbException">The store held too few decisions to delete.</exception>
    internal ParsedStream Next(int changes)
    {
        if (_held.Count < Math.Max(1, changes / 2))
        {
            throw new VerbException($"There are {_held.Count} decisions on addresses, too few for change sets of {changes}.");
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            // New ones are drawn before the old ones go, and may be deleted in a later set.
            ListedDecision[] added = [.. Enumerable.Range(0, changes - (changes / 2)).Select(_ => Neighbour())];
            json.WriteStartObject();
            Write(json, "new", "4h0m0s", added);
            Write(json, "deleted", "-1s", [.. Enumerable.Range(0, changes / 2).Select(_ => Take())]);
            json.WriteEndObject();
            _held.AddRange(added);
        }

        return ParsedStream.Read(new MemoryStream(bytes.WrittenSpan.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, string name, string duration, ListedDecision[] decisions)
    {
        json.WriteStartArray(name);
        foreach (var decision in decisions)
        {
            decision.Write(json, duration, Guid.Empty);
        }

        json.WriteEndArray();
    }

    /// <summary>A random sample of what is held, drawn in one go over it.</summary>
    private void Choose(int count)
    {
        var seen = 0;
        foreach (var decision in _store.Enumerate().Where(decision => decision.Network is not null))
        {
            var listed = new ListedDecision(decision.Id, decision.Origin, decision.Scenario, decision.Scope.Name, decision.Type, decision.Value);
            if (++seen <= count)
            {
                _held.Add(listed);
            }
            else if (_random.Next(seen) is var place && place < count)
            {
                _held[place] = listed;
            }
        }
    }

    private ListedDecision Take()
    {
        var at = _random.Next(_held.Count);
        var taken = _held[at];
        _held[at] = _held[^1];
        _held.RemoveAt(_held.Count - 1);
        return taken;
    }

    private ListedDecision Neighbour()
    {
        var near = _held[_random.Next(_held.Count)];
        var network = IpParser.TryParsePrefix(near.Value, out var parsed) ? parsed : throw new InvalidOperationException($"'{near.Value}' was read once.");
        for (var tries = 0; ; tries++)
        {
            var host = IpPrefix.Host(Near(network.Key, tries < TriesInANetwork ? 8 : tries < 2 * TriesInANetwork ? 16 : 32));
            var decision = ListedDecision.On(host, ++_lastId, near.Origin, near.Scenario, near.Type);
            if (!IsHeld(decision) && _added.Add(decision.Value))
            {
                return decision;
            }
        }
    }

    private IpKey Near(IpKey address, int bits) => address.IsIPv4
        ? IpKey.FromIPv4((uint)(((ulong)address.IPv4 >> bits << bits) | (ulong)_random.NextInt64(1L << bits)))
        : new IpKey(address.High, (ulong)_random.NextInt64());

    private bool IsHeld(ListedDecision decision) =>
        _store.FindAll(IPAddress.Parse(decision.Value)).Any(held => held.Value == decision.Value);
}

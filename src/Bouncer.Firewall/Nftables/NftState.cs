using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>The known content of the kernel. Not thread-safe.</summary>
internal sealed class NftState
{
    private readonly Dictionary<Prefix, NftHeld> _held = [];
    private readonly Dictionary<Prefix, TimeSpan> _gates = [];
    private readonly Queue<(Prefix Network, TimeSpan Until)> _ended = [];
    private readonly Dictionary<Prefix, string> _attempted = [];
    private readonly Dictionary<NftSet, long> _handles = [];
    private HashSet<NftSet> _abandoned = [];
    private int _last;
    private bool _isRead;

    /// <summary>The networks and their origins, including those that have just ended.</summary>
    internal IReadOnlyDictionary<Prefix, NftHeld> Held => _held;

    /// <summary>The networks, and their origins, that nft may or may not have written or removed: it was killed, or did not answer.</summary>
    internal IReadOnlyDictionary<Prefix, string> Attempted => _attempted;

    /// <summary>The gates that are open, and until when.</summary>
    internal IReadOnlyDictionary<Prefix, TimeSpan> Gates => _gates;

    /// <summary>The networks that nft refuses.</summary>
    internal HashSet<Prefix> Refused { get; } = [];

    /// <summary>The number of the list that is being written.</summary>
    internal int Generation { get; set; }

    /// <summary>The sets of that list in the kernel.</summary>
    internal HashSet<NftSet> Sets { get; } = [];

    /// <summary>The sets of older lists, which stay in effect until this one is complete.</summary>
    internal HashSet<NftSet> OldSets { get; } = [];

    /// <summary>The origins that have a counter.</summary>
    internal HashSet<string> Slugs { get; } = new(StringComparer.Ordinal);

    /// <summary>The networks that are still missing in this list.</summary>
    internal Queue<Prefix> Pending { get; private set; } = [];

    /// <summary>The networks without a decision that older lists may still contain.</summary>
    internal HashSet<Prefix> Unreleased { get; } = [];

    /// <summary>Whether the list has sets in the kernel, and is incomplete.</summary>
    internal bool IsPartial => _handles.Count > 0 && !IsWhole;

    /// <summary>Whether the list is complete and the older ones are removed.</summary>
    internal bool IsWhole { get; set; }

    /// <summary>The sets of older lists that are no longer needed.</summary>
    internal IReadOnlyCollection<NftSet> SurplusSets => Pending.Count == 0 ? OldSets : Pending.Count <= _last ? _abandoned : [];

    /// <summary>Whether the table is deleted before anything is written.</summary>
    internal bool Rebuilds { get; private set; }

    /// <summary>The number of networks in the kernel; null if that is not known.</summary>
    internal int? Holds => _isRead && !Rebuilds && OldSets.Count == 0 ? _held.Count : null;

    /// <summary>Objects that this bouncer cannot have written and that are removed with the next rules.</summary>
    internal IReadOnlyCollection<NftObject> Foreign { get; private set; } = [];

    /// <summary>Objects that this bouncer cannot have written and that are removed with the older lists, whose elements may refer
    /// to them.</summary>
    internal IReadOnlyCollection<NftObject> LateForeign { get; private set; } = [];

    /// <summary>The networks that the rules let through; null before rules are written.</summary>
    internal IReadOnlyList<Prefix>? Allowed { get; set; }

    /// <summary>The rules as nft lists them after they were written; null before that.</summary>
    internal string? Signature { get; set; }

    /// <summary>Whether the content of the table is known: it was read, and nothing failed since.</summary>
    internal bool IsKnown { get; set; }

    /// <summary>Notes that the table was read.</summary>
    internal void Read() => (IsKnown, _isRead) = (true, true);

    /// <summary>Notes that the table was deleted and written again, without elements.</summary>
    internal void Rebuilt() => Rebuilds = false;

    /// <summary>Forgets everything.</summary>
    internal void Forget()
    {
        (IsKnown, _isRead) = (false, false);
        _held.Clear();
        _gates.Clear();
        _ended.Clear();
        _attempted.Clear();
        _handles.Clear();
        Refused.Clear();
        Sets.Clear();
        OldSets.Clear();
        Slugs.Clear();
        Unreleased.Clear();
        (Pending, _abandoned, _last, IsWhole) = ([], [], 0, false);
        (Rebuilds, Foreign, LateForeign) = (false, [], []);
    }

    /// <summary>Starts a new list in addition to the existing ones.</summary>
    /// <param name="structure">What the table holds.</param>
    /// <param name="rebuilds">Whether the table is deleted first.</param>
    internal void Begin(NftStructure structure, bool rebuilds)
    {
        Forget();
        Rebuilds = rebuilds;
        Generation = Enumerable.Range(0, int.MaxValue).First(number => structure.Sets.All(set => set.Generation != number));
        Find(structure);
    }

    /// <summary>Whether the incomplete list can be continued: everything that was written of it still exists.</summary>
    internal bool IsIn(NftStructure structure) => IsPartial
        && !structure.IsForeign
        && _handles.All(set => structure.Handles.TryGetValue(set.Key, out var handle) && handle == set.Value)
        && _held.Keys.Select(network => NftSet.Of(network, Generation)).Concat(_gates.Keys.Select(network => NftSet.GateOf(network.IsIPv4, Generation)))
            .Distinct().All(_handles.ContainsKey);

    /// <summary>Continues the incomplete list.</summary>
    internal void Resume(NftStructure structure)
    {
        Sets.Clear();
        OldSets.Clear();
        _abandoned = [];
        Sets.UnionWith(_handles.Keys);
        Find(structure);
    }

    /// <summary>Gives up the incomplete list: the next plan starts another.</summary>
    internal void GiveUp() => _handles.Clear();

    /// <summary>Sets the networks that are still missing in the list.</summary>
    /// <param name="networks">The networks, in the order in which they are written.</param>
    /// <param name="first">The number of networks at the beginning that only older lists may contain.</param>
    /// <param name="abandoned">The older lists that can be removed once those are written.</param>
    internal void Expect(IReadOnlyCollection<Prefix> networks, int first, IReadOnlyCollection<int> abandoned)
    {
        (Pending, _last) = (new(networks), networks.Count - first);
        _held.EnsureCapacity(_held.Count + networks.Count);
        _abandoned = [.. OldSets.Where(set => abandoned.Contains(set.Generation))];
    }

    /// <summary>Takes some of the missing networks.</summary>
    /// <param name="most">The maximum number.</param>
    /// <param name="isWanted">Whether one is still wanted; others are dropped.</param>
    internal IReadOnlyCollection<Prefix> TakePending(int most, Func<Prefix, bool> isWanted)
    {
        List<Prefix> taken = new(Math.Min(most, Pending.Count));
        while (taken.Count < most && Pending.TryDequeue(out var network))
        {
            if (isWanted(network))
            {
                taken.Add(network);
            }
        }

        return taken;
    }

    /// <summary>Notes that rules were written.</summary>
    /// <param name="ruleset">The rules.</param>
    /// <param name="structure">The table as nft lists it now.</param>
    internal void RulesWritten(NftRuleset ruleset, NftStructure structure)
    {
        Sets.Clear();
        OldSets.Clear();
        _handles.Clear();
        foreach (var set in ruleset.Sets)
        {
            (set.Generation == Generation ? Sets : OldSets).Add(set);
        }

        foreach (var set in Sets)
        {
            _handles.Add(set, structure.Handles[set]);
        }

        _abandoned.IntersectWith(OldSets);
        Slugs.UnionWith(ruleset.Slugs);
        (Allowed, Signature) = (ruleset.Allowed, structure.Signature);
        (Rebuilds, Foreign) = (false, []);
        if (OldSets.Count == 0)
        {
            LateForeign = [];
            Unreleased.Clear();
        }
    }

    /// <summary>Forgets a network that ended, but only when it has certainly ended in the kernel as well. Until then it may still
    /// exist there, and must be replaced, not added, if it is banned again.</summary>
    internal void ForgetAfter(Prefix network, TimeSpan until) => _ended.Enqueue((network, until));

    /// <summary>Forgets the networks that the kernel has ended by now.</summary>
    internal void ForgetEnded(TimeSpan now)
    {
        while (_ended.TryPeek(out var ended) && ended.Until <= now)
        {
            _ended.Dequeue();
            if (_held.TryGetValue(ended.Network, out var held) && held.End <= now)
            {
                _held.Remove(ended.Network);
            }
        }
    }

    /// <summary>Whether a network is known to be in the kernel with the correct slug and end.</summary>
    internal bool Has(Prefix network, string slug, TimeSpan end, TimeSpan now) =>
        _held.TryGetValue(network, out var held) && held.End > now && held.Slug == slug && NftTimes.Agree(end, held.End, held.End, now) && !_attempted.ContainsKey(network);

    internal void Hold(NftElement element)
    {
        if (element.Slug is { } slug)
        {
            _held[element.Network] = new(element.End, slug);
        }
        else
        {
            _gates[element.Network] = element.End;
        }
    }

    /// <summary>Notes changes that may or may not have been carried out.</summary>
    internal void Attempt(IEnumerable<NftChange> changes)
    {
        foreach (var (element, _, _) in changes)
        {
            if (element.Slug is { } slug)
            {
                _attempted[element.Network] = slug;
            }
        }
    }

    /// <summary>Notes changes that were carried out.</summary>
    internal void Apply(IEnumerable<NftChange> changes)
    {
        foreach (var (element, kind, _) in changes)
        {
            _attempted.Remove(element.Network);
            if (kind != NftChangeKind.Remove)
            {
                Hold(element);
                Refused.Remove(element.Network);
            }
            else if (element.Slug is null)
            {
                _gates.Remove(element.Network);
            }
            else
            {
                _held.Remove(element.Network);
            }
        }
    }

    private void Find(NftStructure structure)
    {
        OldSets.UnionWith(structure.Sets.Where(set => set.Generation != Generation));
        LateForeign = [.. structure.Foreign.Where(thing => thing.Kind == "counter" && OldSets.Count > 0)];
        Foreign = [.. structure.Foreign.Except(LateForeign)];
        Slugs.UnionWith(structure.Counters.Keys);
        Allowed = null;
        Read();
    }
}

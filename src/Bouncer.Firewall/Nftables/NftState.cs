using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>What the kernel holds, as far as it was read or written. Not thread-safe.</summary>
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

    /// <summary>The networks, each with its origin; also those that ended a moment ago.</summary>
    internal IReadOnlyDictionary<Prefix, NftHeld> Held => _held;

    /// <summary>The networks, each with its origin, that nft may have written or removed: it was killed, or gave no answer.</summary>
    internal IReadOnlyDictionary<Prefix, string> Attempted => _attempted;

    /// <summary>The gates that are open, and until when.</summary>
    internal IReadOnlyDictionary<Prefix, TimeSpan> Gates => _gates;

    /// <summary>The networks that nft refuses.</summary>
    internal HashSet<Prefix> Refused { get; } = [];

    /// <summary>The list that is written to.</summary>
    internal int Generation { get; set; }

    /// <summary>The sets there are of it.</summary>
    internal HashSet<NftSet> Sets { get; } = [];

    /// <summary>The sets of the lists before it, which hold until this one is whole.</summary>
    internal HashSet<NftSet> OldSets { get; } = [];

    /// <summary>The origins that have a counter.</summary>
    internal HashSet<string> Slugs { get; } = new(StringComparer.Ordinal);

    /// <summary>The networks that are still to be written so that this list is whole.</summary>
    internal Queue<Prefix> Pending { get; private set; } = [];

    /// <summary>The networks that the lists before this one are still to let go, where they have them.</summary>
    internal HashSet<Prefix> Unreleased { get; } = [];

    /// <summary>Whether a list was begun, and is not whole.</summary>
    internal bool IsPartial => _handles.Count > 0 && !IsWhole;

    /// <summary>Whether all of the list was written, and the lists before it are gone.</summary>
    internal bool IsWhole { get; set; }

    /// <summary>The sets of lists before this one that can go, since what they have is elsewhere.</summary>
    internal IReadOnlyCollection<NftSet> SurplusSets => Pending.Count == 0 ? OldSets : Pending.Count <= _last ? _abandoned : [];

    /// <summary>Whether the table goes before anything is written.</summary>
    internal bool Rebuilds { get; private set; }

    /// <summary>How many networks the kernel surely holds; null if that is not known.</summary>
    internal int? Holds => _isRead && !Rebuilds && OldSets.Count == 0 ? _held.Count : null;

    /// <summary>What could not be ours, and goes when rules are written.</summary>
    internal IReadOnlyCollection<NftThing> Foreign { get; private set; } = [];

    /// <summary>What could not be ours, and goes with the lists before this one, whose elements may name it.</summary>
    internal IReadOnlyCollection<NftThing> LateForeign { get; private set; } = [];

    /// <summary>The networks that the rules let through; null before rules were written.</summary>
    internal IReadOnlyList<Prefix>? Allowed { get; set; }

    /// <summary>What the rules we wrote look like; null before any were.</summary>
    internal string? Signature { get; set; }

    /// <summary>Whether all that there is was read, and nothing went wrong since.</summary>
    internal bool IsKnown { get; set; }

    /// <summary>Takes note that all that there is was read.</summary>
    internal void Read() => (IsKnown, _isRead) = (true, true);

    /// <summary>Takes note that the table went, and is there again without elements.</summary>
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

    /// <summary>Begins a list of its own beside what there is.</summary>
    /// <param name="structure">What is there.</param>
    /// <param name="rebuilds">Whether the table goes first.</param>
    internal void Begin(NftStructure structure, bool rebuilds)
    {
        Forget();
        Rebuilds = rebuilds;
        Generation = Enumerable.Range(0, int.MaxValue).First(number => structure.Sets.All(set => set.Generation != number));
        Find(structure);
    }

    /// <summary>Whether a list that was begun can be gone on with: all that was written of it is there.</summary>
    internal bool IsIn(NftStructure structure) => IsPartial
        && !structure.IsForeign
        && _handles.All(set => structure.Handles.TryGetValue(set.Key, out var handle) && handle == set.Value)
        && _held.Keys.Select(network => NftSet.Of(network, Generation)).Concat(_gates.Keys.Select(network => NftSet.GateOf(network.IsIPv4, Generation)))
            .Distinct().All(_handles.ContainsKey);

    /// <summary>Goes on with the list that was begun.</summary>
    internal void Resume(NftStructure structure)
    {
        Sets.Clear();
        OldSets.Clear();
        _abandoned = [];
        Sets.UnionWith(_handles.Keys);
        Find(structure);
    }

    /// <summary>Gives up a list that was begun: another is begun next.</summary>
    internal void GiveUp() => _handles.Clear();

    /// <summary>Sets what is still to be written.</summary>
    /// <param name="networks">The networks, in the order in which they are written.</param>
    /// <param name="first">How many of them there are that the lists before this one may have alone.</param>
    /// <param name="abandoned">The lists that go as soon as those are written.</param>
    internal void Expect(IReadOnlyCollection<Prefix> networks, int first, IReadOnlyCollection<int> abandoned)
    {
        (Pending, _last) = (new(networks), networks.Count - first);
        _abandoned = [.. OldSets.Where(set => abandoned.Contains(set.Generation))];
    }

    /// <summary>Takes some of the networks that are still to be written.</summary>
    /// <param name="most">How many.</param>
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

    /// <summary>Takes note of rules that were written.</summary>
    /// <param name="ruleset">The rules.</param>
    /// <param name="structure">What they look like.</param>
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

    /// <summary>Forgets a network that ended, when the kernel has surely ended it too: until then it may be there, and where it
    /// is has to be known to write it again.</summary>
    internal void ForgetAfter(Prefix network, TimeSpan until) => _ended.Enqueue((network, until));

    /// <summary>Forgets the networks whose time to be forgotten has come.</summary>
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

    /// <summary>Whether a network is surely written as it should be.</summary>
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

    /// <summary>Takes note of changes of which it is not known whether they were carried out.</summary>
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

    /// <summary>Takes note of changes that were carried out.</summary>
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

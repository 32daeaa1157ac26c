using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>What the kernel holds, as far as it was read or written. Not thread-safe.</summary>
internal sealed class NftState
{
    /// <summary>How many lists that never became whole are kept beside the oldest: a process that is killed again and again begins
    /// one at each start.</summary>
    private const int MostAbandoned = 4;

    private readonly Dictionary<Prefix, NftHeld> _held = [];
    private readonly Dictionary<Prefix, TimeSpan> _gates = [];
    private readonly Queue<(Prefix Network, TimeSpan Until)> _ended = [];
    private bool _isRead;

    /// <summary>The networks, each with its origin; also those that ended a moment ago.</summary>
    internal IReadOnlyDictionary<Prefix, NftHeld> Held => _held;

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

    /// <summary>Whether the table goes before anything is written.</summary>
    internal bool Rebuilds { get; private set; }

    /// <summary>How many networks the kernel surely holds; null if that is not known.</summary>
    internal int? Holds => _isRead && !Rebuilds && OldSets.Count == 0 ? _held.Count : null;

    /// <summary>The sets of lists that were begun and never became whole, where there are too many; they go when rules are
    /// written.</summary>
    internal IReadOnlyCollection<NftSet> AbandonedSets { get; private set; } = [];

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
        Refused.Clear();
        Sets.Clear();
        OldSets.Clear();
        Slugs.Clear();
        Pending = [];
        (Rebuilds, Foreign, LateForeign, AbandonedSets) = (false, [], [], []);
    }

    /// <summary>Begins a list of its own beside what there is.</summary>
    /// <param name="structure">What is there.</param>
    /// <param name="rebuilds">Whether the table goes first.</param>
    /// <param name="networks">The networks of the list, in the order in which they are written.</param>
    internal void Begin(NftStructure structure, bool rebuilds, IEnumerable<Prefix> networks)
    {
        Forget();
        (Rebuilds, Allowed) = (rebuilds, null);
        Generation = Enumerable.Range(0, int.MaxValue).First(number => structure.Sets.All(set => set.Generation != number));
        int[] kept = [.. structure.Generations.Take(1), .. structure.Generations.Skip(1).TakeLast(MostAbandoned)];
        OldSets.UnionWith(structure.Sets.Where(set => kept.Contains(set.Generation)));
        LateForeign = [.. structure.Foreign.Where(thing => thing.Kind == "counter" && OldSets.Count > 0)];
        Foreign = [.. structure.Foreign.Except(LateForeign)];
        AbandonedSets = [.. structure.Sets.Except(OldSets)];
        Slugs.UnionWith(structure.Counters.Keys);
        Pending = new(networks);
        Read();
    }

    /// <summary>Takes some of the networks that are still to be written.</summary>
    internal IReadOnlyCollection<Prefix> TakePending(int most)
    {
        List<Prefix> taken = new(Math.Min(most, Pending.Count));
        while (taken.Count < most && Pending.TryDequeue(out var network))
        {
            taken.Add(network);
        }

        return taken;
    }

    /// <summary>Takes note of rules that were written.</summary>
    internal void RulesWritten(NftRuleset ruleset, string signature)
    {
        Sets.Clear();
        OldSets.Clear();
        foreach (var set in ruleset.Sets)
        {
            (set.Generation == Generation ? Sets : OldSets).Add(set);
        }

        Slugs.UnionWith(ruleset.Slugs);
        (Allowed, Signature) = (ruleset.Allowed, signature);
        (Rebuilds, Foreign, AbandonedSets) = (false, [], []);
        if (OldSets.Count == 0)
        {
            LateForeign = [];
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

    /// <summary>Takes note of changes that were carried out.</summary>
    internal void Apply(IEnumerable<NftChange> changes)
    {
        foreach (var (element, kind, _) in changes)
        {
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
}

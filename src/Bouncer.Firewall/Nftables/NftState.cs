using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>What the kernel holds, as far as it was read or written. Not thread-safe.</summary>
internal sealed class NftState
{
    private readonly Dictionary<Prefix, NftHeld> _held = [];

    /// <summary>The networks, each in the set where it should be.</summary>
    internal IReadOnlyDictionary<Prefix, NftHeld> Held => _held;

    /// <summary>The networks that nft refuses.</summary>
    internal HashSet<Prefix> Refused { get; } = [];

    /// <summary>The sets there are.</summary>
    internal HashSet<NftSet> Sets { get; } = [];

    /// <summary>The networks that the rules let through; null before rules were written.</summary>
    internal IReadOnlyList<Prefix>? Allowed { get; set; }

    /// <summary>What the rules we wrote look like; null before any were.</summary>
    internal string? Signature { get; set; }

    /// <summary>Whether all that there is was read, and nothing went wrong since.</summary>
    internal bool IsKnown { get; set; }

    /// <summary>Begins to read anew.</summary>
    internal void Forget()
    {
        IsKnown = false;
        _held.Clear();
        Refused.Clear();
    }

    internal void Forget(Prefix network) => _held.Remove(network);

    internal void Hold(NftElement element) => _held[element.Network] = new(element.End, element.Slug);

    internal void ReplaceSets(IEnumerable<NftSet> sets)
    {
        Sets.Clear();
        Sets.UnionWith(sets);
    }

    /// <summary>Takes note of changes that were carried out.</summary>
    internal void Apply(IEnumerable<NftChange> changes)
    {
        foreach (var (element, kind) in changes)
        {
            if (kind != NftChangeKind.Remove)
            {
                Hold(element);
                Refused.Remove(element.Network);
            }
            else if (_held.TryGetValue(element.Network, out var held) && held.Slug == element.Slug)
            {
                _held.Remove(element.Network);
            }
        }
    }
}

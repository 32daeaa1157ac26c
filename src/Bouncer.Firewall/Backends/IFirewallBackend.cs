using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Backends;

/// <summary>The firewall of one operating system. Calls never overlap. After a <see cref="FirewallException"/> the next call is
/// <see cref="PlanAsync"/>.</summary>
internal interface IFirewallBackend
{
    /// <summary>Raised, on any thread, when <see cref="IsSuspect"/> becomes true.</summary>
    event Action? Suspected;

    /// <summary>The firewall's name for people: <c>nftables</c>, <c>Windows Firewall</c>.</summary>
    string Name { get; }

    /// <summary>How long changes are gathered before they are written.</summary>
    TimeSpan Debounce { get; }

    /// <summary>Whether the firewall ends blocks by itself, so that nothing needs to be written when they end.</summary>
    bool EndsBlocks { get; }

    /// <summary>Whether another program may have changed what is ours since the last comparison.</summary>
    bool IsSuspect { get; }

    /// <summary>Forgets that, if nothing is done about it.</summary>
    void Disregard();

    /// <summary>How many networks of the list are not written yet: <see cref="PlanChanges"/> continues with them.</summary>
    int Pending { get; }

    /// <summary>How many networks the firewall is known to hold; null if that is not known.</summary>
    int? Holds { get; }

    /// <summary>How many packets the decisions of each origin had stopped when the firewall was last read. Each reading makes a new
    /// dictionary, so that any thread may read it.</summary>
    IReadOnlyDictionary<string, long> PacketsByOrigin { get; }

    /// <summary>What the decisions of each origin have stopped since this process first read the firewall, as of the last time that it
    /// did. Each reading makes a new dictionary.</summary>
    IReadOnlyDictionary<(string Origin, bool IsIPv4), Traffic> Dropped { get; }

    /// <summary>Checks whether the firewall can be used at all, before decisions are known: the operator learns at once if it
    /// cannot.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Reads what the firewall holds and plans the fewest changes that make it hold a list. Changes nothing.</summary>
    /// <param name="blocks">The list.</param>
    /// <param name="urgent">Networks that changed and are not written yet: they come first.</param>
    /// <param name="mayRewrite">Whether the plan may write the list without reading the firewall, and leave some of it
    /// <see cref="Pending"/>, if that is quicker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FirewallPlan> PlanAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, bool mayRewrite, CancellationToken cancellationToken);

    /// <summary>Plans the fewest changes for some networks, without reading the firewall. A plan of <see cref="PlanAsync"/> must have
    /// been carried out before.</summary>
    /// <param name="blocks">The list as it is now.</param>
    /// <param name="changed">The networks that were added, removed or given another end since the last plan.</param>
    FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed);

    /// <summary>Carries out the last plan. A network that the firewall refuses does not affect the others.</summary>
    /// <returns>How many networks the firewall refuses for now.</returns>
    Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken);

    /// <summary>Checks, cheaply, whether another program removed what was written; called often.</summary>
    Task<Integrity> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Removes everything that is ours, whichever process wrote it.</summary>
    Task RemoveAsync(CancellationToken cancellationToken);
}

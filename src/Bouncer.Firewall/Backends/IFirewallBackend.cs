using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Backends;

/// <summary>The firewall of one operating system. Calls never overlap. After a <see cref="FirewallException"/> the next call is
/// <see cref="PlanAsync"/>.</summary>
internal interface IFirewallBackend
{
    /// <summary>Raised, on any thread, when <see cref="IsSuspect"/> becomes true.</summary>
    event Action? Suspected;

    /// <summary>The firewall's display name: <c>nftables</c>, <c>Windows Firewall</c>.</summary>
    string Name { get; }

    /// <summary>How long changes are collected before they are written.</summary>
    TimeSpan Debounce { get; }

    /// <summary>Whether the firewall ends blocks itself, so that nothing has to be written when they end.</summary>
    bool EndsBlocks { get; }

    /// <summary>Whether another program may have changed the bouncer's rules since the last comparison.</summary>
    bool IsSuspect { get; }

    /// <summary>Resets <see cref="IsSuspect"/> without a repair.</summary>
    void Disregard();

    /// <summary>The number of networks of the list that are not written yet; <see cref="PlanChanges"/> continues with
    /// them.</summary>
    int Pending { get; }

    /// <summary>The number of networks that the firewall contains; null if that is not known.</summary>
    int? Holds { get; }

    /// <summary>The number of packets that the decisions of each origin had stopped when the firewall was last read. Each reading
    /// creates a new dictionary, so any thread may read it.</summary>
    IReadOnlyDictionary<string, long> PacketsByOrigin { get; }

    /// <summary>What the decisions of each origin have stopped since this process first read the firewall, as of the last time that it
    /// did. Each reading makes a new dictionary.</summary>
    IReadOnlyDictionary<(string Origin, bool IsIPv4), Traffic> Dropped { get; }

    /// <summary>What passed the bouncer's rules, stopped or not, as of the same time, by whether it is IPv4. Each reading makes a new
    /// dictionary.</summary>
    IReadOnlyDictionary<bool, Traffic> Processed { get; }

    /// <summary>Checks whether the firewall can be used at all, before decisions are known: the operator learns at once if it
    /// cannot.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Reads the firewall and plans the fewest changes that apply a list to it. Changes nothing.</summary>
    /// <param name="blocks">The list.</param>
    /// <param name="urgent">Networks that changed and are not written yet; they are written first.</param>
    /// <param name="mayRewrite">Whether the plan may write the list without reading the firewall, and leave some of it
    /// <see cref="Pending"/>, if that is faster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FirewallPlan> PlanAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, bool mayRewrite, CancellationToken cancellationToken);

    /// <summary>Plans the fewest changes for some networks, without reading the firewall. A plan of <see cref="PlanAsync"/> must have
    /// been carried out before.</summary>
    /// <param name="blocks">The list as it is now.</param>
    /// <param name="changed">The networks that were added, removed or given another end since the last plan.</param>
    FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed);

    /// <summary>Executes the last plan. A network that the firewall refuses does not affect the others.</summary>
    /// <returns>The number of networks that the firewall currently refuses.</returns>
    Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken);

    /// <summary>Checks, cheaply, whether another program removed what was written; called often.</summary>
    Task<Integrity> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Removes everything of the bouncer's, also what other processes wrote.</summary>
    Task RemoveAsync(CancellationToken cancellationToken);
}

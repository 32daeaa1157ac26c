using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Backends;

/// <summary>One system's firewall. Calls never overlap. What goes wrong comes out as a <see cref="FirewallException"/>, and
/// the next call is <see cref="PlanAsync"/> then.</summary>
internal interface IFirewallBackend
{
    /// <summary>Raised, on any thread, when <see cref="IsSuspect"/> becomes true.</summary>
    event Action? Suspected;

    /// <summary>The firewall's name for people: <c>nftables</c>, <c>Windows Firewall</c>.</summary>
    string Name { get; }

    /// <summary>How long changes are gathered before they are written.</summary>
    TimeSpan Debounce { get; }

    /// <summary>Whether the firewall ends blocks by itself, so that nothing need be written when their time has come.</summary>
    bool EndsBlocks { get; }

    /// <summary>Whether somebody else was seen to write to what is ours since it was last looked at.</summary>
    bool IsSuspect { get; }

    /// <summary>Forgets who was seen to write, where nothing is to be done about it.</summary>
    void Disregard();

    /// <summary>How many networks of the list are still to be written: <see cref="PlanChanges"/> goes on with them.</summary>
    int Pending { get; }

    /// <summary>How many networks the firewall surely holds, as it was last read and written; null if that is not known.</summary>
    int? Holds { get; }

    /// <summary>How many packets were stopped on each origin's word, when the firewall was last read; a new dictionary each time
    /// it was, so that any thread may read it.</summary>
    IReadOnlyDictionary<string, long> PacketsByOrigin { get; }

    /// <summary>Looks whether the firewall can be used at all, before decisions are known: an operator is to learn at once what
    /// keeps it from being used.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Reads what the firewall holds and plans the least that makes it hold a list. Changes nothing.</summary>
    /// <param name="blocks">The list.</param>
    /// <param name="urgent">Networks that changed and were not written yet: they come first.</param>
    /// <param name="mayRewrite">Whether the plan may write the list without a look at what is there, and leave some of it
    /// <see cref="Pending"/>, where that is quicker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FirewallPlan> PlanAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, bool mayRewrite, CancellationToken cancellationToken);

    /// <summary>Plans the least for networks that changed, knowing what the firewall holds from the calls before. Comes after a
    /// plan of <see cref="PlanAsync"/> that was carried out.</summary>
    /// <param name="blocks">The list as it is now.</param>
    /// <param name="changed">The networks that were added, removed or given another end since the last plan.</param>
    FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed);

    /// <summary>Carries out a plan, the last one that was made. One network that the firewall refuses does not lose the others.</summary>
    /// <returns>How many networks the firewall refuses for now.</returns>
    Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken);

    /// <summary>Looks, cheaply, whether somebody else took away what was written; comes often.</summary>
    Task<Integrity> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Removes everything that is ours, by whichever process it was written.</summary>
    Task RemoveAsync(CancellationToken cancellationToken);
}

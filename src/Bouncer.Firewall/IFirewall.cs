namespace Bouncer.Firewall;

/// <summary>The firewall to which decisions are applied. While the host runs, it is updated automatically; these methods are for
/// tools. Thread-safe; calls run one after the other.</summary>
/// <remarks>While LAPI is down, the decisions held stay in effect until they expire.</remarks>
public interface IFirewall
{
    /// <summary>The state of the firewall. Cheap; never reads the firewall.</summary>
    FirewallStatus Status { get; }

    /// <summary>Reads the firewall and plans the changes. Changes nothing.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FirewallException">The firewall cannot be read.</exception>
    /// <exception cref="InvalidOperationException">No decisions have been received yet: see
    /// <see cref="BouncerStatus.IsReady"/>.</exception>
    Task<FirewallPlan> PlanAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the firewall and applies the decisions to it, even if <see cref="FirewallOptions.DryRun"/> prevents automatic
    /// changes.</summary>
    /// <param name="cancellationToken">Ends the wait; the next call completes a partial change.</param>
    /// <returns>The changes that were made.</returns>
    /// <exception cref="FirewallException">The firewall cannot be read or written.</exception>
    /// <exception cref="InvalidOperationException">No decisions have been received yet: see
    /// <see cref="BouncerStatus.IsReady"/>.</exception>
    Task<FirewallPlan> ApplyAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes everything that was written under this <see cref="FirewallOptions.Name"/>, also by earlier processes. Does
    /// not need LAPI.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FirewallException">The firewall cannot be written.</exception>
    Task RemoveAsync(CancellationToken cancellationToken = default);
}

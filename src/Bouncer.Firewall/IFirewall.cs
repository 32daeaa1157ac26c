namespace Bouncer.Firewall;

/// <summary>The firewall that decisions are turned into. While the host runs it is kept in step by itself; these calls are for
/// tools. Safe for any number of threads; calls are carried out one after the other.</summary>
/// <remarks>While LAPI is down the decisions held stay in force until their own end.</remarks>
public interface IFirewall
{
    /// <summary>How the firewall stands. Cheap; never looks at the firewall.</summary>
    FirewallStatus Status { get; }

    /// <summary>Reads what the firewall holds and plans the changes. Changes nothing.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FirewallException">The firewall cannot be read.</exception>
    /// <exception cref="InvalidOperationException">No decisions were received yet: see <see cref="BouncerStatus.IsReady"/>.</exception>
    Task<FirewallPlan> PlanAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads what the firewall holds and makes it hold the decisions, also when <see cref="FirewallOptions.DryRun"/>
    /// keeps it from being written by itself.</summary>
    /// <param name="cancellationToken">Ends the wait; what is half done is mended by the next call.</param>
    /// <returns>What was changed.</returns>
    /// <exception cref="FirewallException">The firewall cannot be read or written.</exception>
    /// <exception cref="InvalidOperationException">No decisions were received yet: see <see cref="BouncerStatus.IsReady"/>.</exception>
    Task<FirewallPlan> ApplyAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes everything that was ever written under this <see cref="FirewallOptions.Name"/>; needs no LAPI.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FirewallException">The firewall cannot be written.</exception>
    Task RemoveAsync(CancellationToken cancellationToken = default);
}

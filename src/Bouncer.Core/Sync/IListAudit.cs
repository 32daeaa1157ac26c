using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>One way to compare what is held with what LAPI has, by small questions after a delta.</summary>
internal interface IListAudit
{
    /// <summary>Asks, and adds what was missing.</summary>
    /// <param name="depth">How much to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether nothing speaks for a difference.</returns>
    /// <exception cref="LapiException">LAPI failed.</exception>
    Task<bool> IsInStepAsync(AuditDepth depth, CancellationToken cancellationToken);
}

using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Compares what is held with what LAPI has, by small queries after a delta.</summary>
internal interface IListAudit
{
    /// <summary>Queries LAPI, and adds what was missing.</summary>
    /// <param name="depth">How many queries to make.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False if there is a difference.</returns>
    /// <exception cref="LapiException">LAPI failed.</exception>
    Task<bool> IsInStepAsync(AuditDepth depth, CancellationToken cancellationToken);
}

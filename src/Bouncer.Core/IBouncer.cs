using System.Net;

namespace Bouncer;

/// <summary>Answers what is to happen to a client. Safe for any number of threads.</summary>
public interface IBouncer
{
    /// <summary>How the synchronisation with LAPI stands. Cheap; never calls LAPI.</summary>
    BouncerStatus Status { get; }

    /// <summary>Decides on an address.</summary>
    /// <remarks>
    /// In stream mode the answer comes from memory, at once and without allocating for an address without a decision, also
    /// while LAPI is down. In live mode an unknown address costs one query to LAPI, bounded by
    /// <see cref="LiveOptions.Timeout"/>; if LAPI cannot be asked the verdict's source is
    /// <see cref="VerdictSource.Unavailable"/> and its remediation none: the caller chooses what that means.
    /// </remarks>
    /// <param name="address">The client's address; null (a Unix socket, say) gives <see cref="VerdictSource.Unresolved"/>.</param>
    /// <param name="cancellationToken">Ends the wait for a live answer.</param>
    ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default);

    /// <summary>What every live decision on an address would come to by itself, the strongest first: for those to whom not
    /// only the strongest matters.</summary>
    /// <remarks>Never waits: in live mode only what LAPI answered before is known. Trusted networks have none.</remarks>
    /// <param name="address">The client's address.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address);

    /// <summary>How strong a remediation is: 0 for none, for a name nobody defined as strong as the fallback.</summary>
    /// <param name="remediation">The remediation.</param>
    int SeverityOf(Remediation remediation);
}

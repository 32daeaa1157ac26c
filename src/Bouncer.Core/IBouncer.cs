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
    /// <see cref="LiveOptions.Timeout"/>; if LAPI cannot be asked the verdict
    /// is <see cref="BouncerVerdict.IsStale"/> and has what is known from before, at worst nothing: the caller chooses what that
    /// means.
    /// </remarks>
    /// <param name="address">The client's address; null (a Unix socket, say) gives <see cref="VerdictSource.Unresolved"/>.</param>
    /// <param name="cancellationToken">Ends the wait for a live answer.</param>
    ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default);

    /// <summary>What every live decision on an address would come to by itself, the strongest first: for those to whom not
    /// only the strongest matters.</summary>
    /// <remarks>Never waits: in live mode only what LAPI answered before is known. Trusted networks have none.</remarks>
    /// <param name="address">The client's address.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address);

    /// <summary>As <see cref="CheckAll(IPAddress?)"/>, for an address on which there is a verdict. In live mode the decisions are
    /// those of the verdict's own answer, which need not be kept any more.</summary>
    /// <param name="address">The client's address.</param>
    /// <param name="verdict">What <see cref="CheckAsync"/> said about it.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address, BouncerVerdict verdict) => CheckAll(address);

    /// <summary>Whether decisions on values of a scope are held, so that it is worth finding out a client's value. Cheap; never
    /// allocates.</summary>
    /// <param name="scope">A scope that is no address.</param>
    bool HasDecisions(DecisionScope scope);

    /// <summary>What every live decision on a value of a scope that is no address would come to, the strongest first: on a user
    /// name, a country.</summary>
    /// <remarks>Such decisions are held if <see cref="SyncOptions.Scopes"/> asks for them; in live mode there are none.</remarks>
    /// <param name="scope">The scope.</param>
    /// <param name="value">The value; compared without case for countries and autonomous systems, exactly for all others.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(DecisionScope scope, string value);

    /// <summary>How strong a remediation is: 0 for none, for a name nobody defined as strong as the fallback.</summary>
    /// <param name="remediation">The remediation.</param>
    int SeverityOf(Remediation remediation);
}

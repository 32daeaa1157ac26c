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

    /// <summary>Whether any decision on values of a scope is held: worth finding out a client's value for. Cheap; never
    /// allocates. In live mode nothing is held.</summary>
    /// <param name="scope">A scope that is no address.</param>
    bool HasDecisions(DecisionScope scope);

    /// <summary>Decides on a value of a scope that is no address, by the decisions held: a user name, a country. Decisions of
    /// such a scope are held if <see cref="SyncOptions.Scopes"/> asks for them, and never in live mode.</summary>
    /// <param name="scope">A scope that is no address.</param>
    /// <param name="value">The value; compared without case for countries and autonomous systems, exactly for all others.</param>
    /// <returns>The verdict on this value alone; whether the client's address passes does not matter to it.</returns>
    BouncerVerdict Check(DecisionScope scope, string value);

    /// <summary>The strength of a remediation, to choose between verdicts.</summary>
    /// <param name="remediation">The remediation.</param>
    /// <returns>0 for none; the fallback's for a name nobody defined.</returns>
    int SeverityOf(Remediation remediation);
}

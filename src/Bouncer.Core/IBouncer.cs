using System.Net;

namespace Bouncer;

/// <summary>Decides what to do with a client. Thread-safe.</summary>
public interface IBouncer
{
    /// <summary>The state of the synchronisation with LAPI. Cheap; never calls LAPI.</summary>
    BouncerStatus Status { get; }

    /// <summary>Decides what to do with the client at an address.</summary>
    /// <remarks>
    /// In stream mode the verdict comes from memory, even while LAPI is down; it completes synchronously and, for an address without
    /// a decision, does not allocate. In live mode an unknown address costs one query to LAPI, bounded by
    /// <see cref="LiveOptions.Timeout"/>. If LAPI cannot be queried, the verdict is <see cref="BouncerVerdict.IsStale"/> and has
    /// the decision known from before, if any; the caller chooses what to do then. With <see cref="BouncerMode.Off"/> the verdict is
    /// <see cref="VerdictSource.NotChecked"/>, unless the address is trusted.
    /// </remarks>
    /// <param name="address">The client's address; null, as on a Unix socket, gives <see cref="VerdictSource.Unresolved"/>.</param>
    /// <param name="cancellationToken">Ends the wait for a live answer.</param>
    ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default);

    /// <summary>Whether an address is in a trusted network, so that its clients pass regardless of decisions. Never calls LAPI; the
    /// engine's does not allocate.</summary>
    /// <param name="address">The client's address; null, as on a Unix socket, is not trusted.</param>
    bool IsTrusted(IPAddress? address) => Explain(address).Source == VerdictSource.Trusted;

    /// <summary>Returns the verdict that each live decision on an address would give by itself, strongest first.</summary>
    /// <remarks>Never waits: in live mode it uses only what LAPI answered before. Empty for trusted networks.</remarks>
    /// <param name="address">The client's address.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address);

    /// <summary>Like <see cref="CheckAll(IPAddress?)"/>, for an address that was already checked. In live mode the decisions are those
    /// of the verdict's own answer, even if it is no longer cached.</summary>
    /// <param name="address">The client's address.</param>
    /// <param name="verdict">The verdict that <see cref="CheckAsync"/> gave for the address.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address, BouncerVerdict verdict) => CheckAll(address);

    /// <summary>Whether decisions on values of a scope are held, so that it is worth determining a client's value. Cheap; never
    /// allocates.</summary>
    /// <param name="scope">A scope other than address and range.</param>
    bool HasDecisions(DecisionScope scope);

    /// <summary>Whether decisions on a value of a scope are held, some of which may have ended. Cheaper than
    /// <see cref="CheckAll(DecisionScope, string)"/>; the engine's does not allocate.</summary>
    /// <param name="scope">A scope other than address and range.</param>
    /// <param name="value">The value, as <see cref="CheckAll(DecisionScope, string)"/> takes it.</param>
    bool HasDecisions(DecisionScope scope, string value) => CheckAll(scope, value).Count > 0;

    /// <summary>Returns the verdict that each live decision on a value of another scope, such as a user name or a country, would give
    /// by itself, strongest first.</summary>
    /// <remarks>Such decisions are held if <see cref="SyncOptions.Scopes"/> includes the scope; in live mode there are none.</remarks>
    /// <param name="scope">The scope.</param>
    /// <param name="value">The value; case-insensitive for countries and autonomous systems, case-sensitive for all others. An
    /// autonomous system may be written with or without <c>AS</c> before its number.</param>
    IReadOnlyList<BouncerVerdict> CheckAll(DecisionScope scope, string value);

    /// <summary>Explains to the operator what happens to the client at an address, and why, with every live decision on it.</summary>
    /// <remarks>Never waits: in live mode it uses only what LAPI answered before. Policies are not applied: a web application has
    /// <c>IBouncerExplainer</c>, which applies them.</remarks>
    /// <param name="address">The client's address; null for a client whose address is not known.</param>
    BouncerExplanation Explain(IPAddress? address);

    /// <summary>Explains what happens to a client because of its value in another scope, such as its user name or country.</summary>
    /// <param name="scope">The scope; an address in <see cref="DecisionScope.Ip"/> is explained as such.</param>
    /// <param name="value">The value; case-insensitive for countries and autonomous systems, case-sensitive for all others.</param>
    BouncerExplanation Explain(DecisionScope scope, string value);

    /// <summary>Returns the strength of a remediation: 0 for none, that of the fallback for an undefined name.</summary>
    /// <param name="remediation">The remediation.</param>
    int SeverityOf(Remediation remediation);
}

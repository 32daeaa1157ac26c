namespace Bouncer;

/// <summary>What to do with a client, and why.</summary>
/// <param name="Remediation">What to do; an undefined name is already replaced by the fallback.</param>
/// <param name="Decision">The strongest decision that covers the client, or null.</param>
/// <param name="Source">Where the verdict comes from.</param>
public readonly record struct BouncerVerdict(Remediation Remediation, Decision? Decision, VerdictSource Source)
{
    /// <summary>Holds the decision or the verdicts of <see cref="All"/>. It is one field because verdicts are copied
    /// often.</summary>
    private readonly object? _ground = Decision;

    /// <summary>The strongest decision that covers the client, or null.</summary>
    public Decision? Decision
    {
        get => _ground as Decision ?? All?[0].Decision;
        init => _ground = value;
    }

    /// <summary>Whether the client passes.</summary>
    public bool IsAllowed => Remediation.IsNone;

    /// <summary>Whether there may be decisions on the client that are not known: LAPI cannot be queried (live mode), or the decisions
    /// held are older than <see cref="SyncOptions.MaxStaleness"/>. Known decisions apply nevertheless.</summary>
    /// <remarks>Always true if nothing is known (<see cref="VerdictSource.Unavailable"/>). Set by
    /// <see cref="IBouncer.CheckAsync"/>.</remarks>
    public bool IsStale
    {
        get => field || Source == VerdictSource.Unavailable;
        init;
    }

    /// <summary>The verdicts on each decision of the live answer that this verdict comes from, strongest first; null if it comes from
    /// elsewhere.</summary>
    internal BouncerVerdict[]? All
    {
        get => _ground as BouncerVerdict[];
        init => _ground = value;
    }

    /// <inheritdoc/>
    public bool Equals(BouncerVerdict other) =>
        (Remediation, Decision, Source, IsStale) == (other.Remediation, other.Decision, other.Source, other.IsStale);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Remediation, Decision, Source, IsStale);
}

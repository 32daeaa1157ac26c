namespace Bouncer;

/// <summary>What is to happen to a client, and on what ground.</summary>
/// <param name="Remediation">What is to happen; a name nobody defined is already replaced by the fallback.</param>
/// <param name="Decision">The strongest decision that covers the client, or null.</param>
/// <param name="Source">Where the verdict comes from.</param>
public readonly record struct BouncerVerdict(Remediation Remediation, Decision? Decision, VerdictSource Source)
{
    /// <summary>The decision, or the verdicts of <see cref="All"/>: one field, for verdicts are copied often.</summary>
    private readonly object? _ground = Decision;

    /// <summary>The strongest decision that covers the client, or null.</summary>
    public Decision? Decision
    {
        get => _ground as Decision ?? All?[0].Decision;
        init => _ground = value;
    }

    /// <summary>Whether the client passes.</summary>
    public bool IsAllowed => Remediation.IsNone;

    /// <summary>Whether more may be decided on the client than is known: LAPI cannot be asked (live mode), or the decisions held
    /// are older than <see cref="SyncOptions.MaxStaleness"/>. A decision that is known holds all the same.</summary>
    /// <remarks>Always so where nothing is known (<see cref="VerdictSource.Unavailable"/>). Said by
    /// <see cref="IBouncer.CheckAsync"/>.</remarks>
    public bool IsStale
    {
        get => field || Source == VerdictSource.Unavailable;
        init;
    }

    /// <summary>The verdicts on each decision of the live answer that this one is from, the strongest first; null if it is from no
    /// such answer.</summary>
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

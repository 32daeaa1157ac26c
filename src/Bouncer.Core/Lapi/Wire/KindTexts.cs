namespace Bouncer.Lapi.Wire;

/// <summary>The texts that a decision shares with others, as received.</summary>
internal struct KindTexts()
{
    internal PooledText Origin = PooledText.Empty;
    internal PooledText Scenario = PooledText.Empty;
    internal PooledText Scope = PooledText.Empty;
    internal PooledText Type = PooledText.Empty;

    internal readonly int Hash => (((((Origin.Hash * 31) + Scenario.Hash) * 31) + Scope.Hash) * 31) + Type.Hash;

    internal readonly bool IsSame(in KindTexts other) =>
        ReferenceEquals(Scenario, other.Scenario)
        && ReferenceEquals(Origin, other.Origin)
        && ReferenceEquals(Scope, other.Scope)
        && ReferenceEquals(Type, other.Type);
}

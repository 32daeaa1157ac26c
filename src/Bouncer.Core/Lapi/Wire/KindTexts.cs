namespace Bouncer.Lapi.Wire;

/// <summary>The texts of a decision that others share, as they came. Equal when they are the same objects.</summary>
internal readonly record struct KindTexts(PooledText Origin, PooledText Scenario, PooledText Scope, PooledText Type)
{
    internal static KindTexts Empty { get; } = new(PooledText.Empty, PooledText.Empty, PooledText.Empty, PooledText.Empty);
}

namespace Bouncer.Lookup;

/// <summary>The key of a decision that is not on an address. Countries and autonomous systems are written by machines in
/// either case; user names and values of custom scopes are kept apart by case.</summary>
internal readonly record struct ScopedValue(DecisionScope Scope, string Value)
{
    internal static ScopedValue Of(DecisionScope scope, string value) =>
        new(scope, scope == DecisionScope.Country || scope == DecisionScope.AS ? value.ToUpperInvariant() : value);
}

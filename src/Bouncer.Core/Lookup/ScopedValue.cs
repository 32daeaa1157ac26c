namespace Bouncer.Lookup;

/// <summary>The key of a decision that is not on an address. Countries and autonomous systems are case-insensitive, because sources
/// write them in either case; user names and values of custom scopes are case-sensitive.</summary>
internal readonly record struct ScopedValue(DecisionScope Scope, string Value)
{
    internal static ScopedValue Of(DecisionScope scope, string value) =>
        new(scope, scope == DecisionScope.Country || scope == DecisionScope.AS ? value.ToUpperInvariant() : value);
}

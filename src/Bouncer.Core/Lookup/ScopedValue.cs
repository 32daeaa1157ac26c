namespace Bouncer.Lookup;

/// <summary>The key of a decision that is not on an address. Countries and autonomous systems are case-insensitive, because sources
/// write them in either case, and an autonomous system may have <c>AS</c> before its number; user names and values of custom scopes are
/// case-sensitive.</summary>
internal readonly record struct ScopedValue(DecisionScope Scope, string Value)
{
    /// <remarks>A value in its usual form, such as <c>DE</c> and <c>64496</c>, is used as it is, without an allocation.</remarks>
    internal static ScopedValue Of(DecisionScope scope, string value) => new(
        scope,
        scope == DecisionScope.Country ? value.ToUpperInvariant()
        : scope == DecisionScope.AS ? WithoutPrefix(value.ToUpperInvariant())
        : value);

    private static string WithoutPrefix(string value) =>
        value.StartsWith("AS", StringComparison.Ordinal) && value.Length > 2 && char.IsAsciiDigit(value[2]) ? value[2..] : value;
}

namespace Bouncer.AspNetCore.Requests;

/// <summary>A client's value in a scope.</summary>
/// <param name="IsKnown">Whether it is known.</param>
/// <param name="Value">The value; null if the client has none, or if it is not known.</param>
/// <param name="Other">A second value; null if there is none.</param>
internal readonly record struct ScopeValue(bool IsKnown, string? Value, string? Other = null)
{
    internal static ScopeValue Unknown => default;

    internal static ScopeValue Of(string? value, string? other = null) => new(true, value, other);
}

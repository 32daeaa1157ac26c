namespace Bouncer.Testing.Api;

/// <summary>A query that LAPI answers with 500: its database fails, or a filter is invalid, for which its own specification
/// promises 400.</summary>
internal sealed class DecisionQueryException(string message) : Exception(message);

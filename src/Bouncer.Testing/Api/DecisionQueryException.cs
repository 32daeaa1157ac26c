namespace Bouncer.Testing.Api;

/// <summary>What LAPI answers with 500: a failing database, and a bad filter, for which its own description promises
/// 400.</summary>
internal sealed class DecisionQueryException(string message) : Exception(message);

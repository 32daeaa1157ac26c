namespace Bouncer.Benchmarks.Verbs;

/// <summary>A verb was called wrongly; the program ends with 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

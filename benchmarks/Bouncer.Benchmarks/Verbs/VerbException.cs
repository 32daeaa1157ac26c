namespace Bouncer.Benchmarks.Verbs;

/// <summary>A verb could not do its work, mostly because of what a file holds; the program ends with 1.</summary>
internal sealed class VerbException(string message) : Exception(message);

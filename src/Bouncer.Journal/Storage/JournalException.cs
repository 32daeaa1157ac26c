namespace Bouncer.Journal.Storage;

/// <summary>The journal could not do what was asked.</summary>
internal sealed class JournalException(string message) : Exception(message);

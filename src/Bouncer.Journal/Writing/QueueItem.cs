using Bouncer.Journal.Entries;

namespace Bouncer.Journal.Writing;

/// <summary>An event, or a mark that is reached when everything before it is in the database.</summary>
internal readonly record struct QueueItem(JournalEvent Event, TaskCompletionSource? Mark = null);

using System.Net;

namespace Bouncer.Journal.Entries;

/// <summary>An event on its way to the database.</summary>
internal readonly record struct JournalEvent(DateTime Time, IPAddress? Client, JournalReason Reason, long? Decision, string Reference);

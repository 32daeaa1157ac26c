namespace Bouncer.Journal.Telemetry;

/// <summary>The numbers of this package's log events; docs/diagnostics.md explains each.</summary>
internal static class EventIds
{
    internal const int JournalFailed = 5000;
    internal const int JournalRecovered = 5001;
    internal const int JournalLost = 5002;
    internal const int LadderProgress = 5010;
    internal const int LadderDone = 5011;
    internal const int LadderFailed = 5012;
}

namespace Bouncer;

/// <summary>What happens until the first synchronisation is complete, or the snapshot of an earlier one is loaded
/// (<see cref="SnapshotOptions.Path"/>).</summary>
public enum StartupPolicy
{
    /// <summary>The host waits for it, at most <see cref="SyncOptions.StartupTimeout"/>; then clients pass.</summary>
    WaitForFirstSync = 0,

    /// <summary>The host starts immediately, and clients pass.</summary>
    AllowUntilReady,

    /// <summary>The host starts immediately, and clients are refused.</summary>
    BlockUntilReady,
}

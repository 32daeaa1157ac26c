namespace Bouncer;

/// <summary>What happens before the first synchronisation is done.</summary>
public enum StartupPolicy
{
    /// <summary>The host's start waits for it, at most <see cref="SyncOptions.StartupTimeout"/>; then clients pass.</summary>
    WaitForFirstSync = 0,

    /// <summary>The host starts at once and clients pass.</summary>
    AllowUntilReady,

    /// <summary>The host starts at once and clients are refused.</summary>
    BlockUntilReady,
}

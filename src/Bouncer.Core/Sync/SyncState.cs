using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>How the synchronisation stands: one immutable status, replaced by the one who pulls, read by all.</summary>
internal sealed class SyncState(BouncerMode mode, TimeProvider time)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BouncerStatus _status = new() { Mode = mode, IsReady = mode == BouncerMode.Live };
    private long _lastSuccess;

    /// <summary>Ends with the first success.</summary>
    internal Task Ready => _ready.Task;

    internal bool IsReady => _status.IsReady;

    internal BouncerStatus Status => _status;

    /// <summary>How long ago the last success was; null if there was none.</summary>
    internal TimeSpan? Age => Volatile.Read(ref _lastSuccess) is var at && at == 0 ? null : time.GetElapsedTime(at);

    internal void Succeeded(bool full, SkippedDecisions? skipped = null, int usable = 0, string? doubt = null)
    {
        Volatile.Write(ref _lastSuccess, Math.Max(1, time.GetTimestamp()));
        var now = time.GetUtcNow();
        var bad = skipped?.Count ?? 0;
        _status = _status with
        {
            IsReady = true,
            IsAccessForbidden = false,
            LastSuccess = now,
            LastFullSync = full ? now : _status.LastFullSync,
            ConsecutiveFailures = 0,
            LastError = doubt,
            SkippedDecisions = bad,
            IsDegraded = doubt is not null || bad * 10L > (long)bad + usable,
        };
        _ready.TrySetResult();
    }

    internal void Failed(LapiErrorKind? kind, string error) => _status = _status with
    {
        IsAccessForbidden = kind == LapiErrorKind.Forbidden,
        ConsecutiveFailures = _status.ConsecutiveFailures + 1,
        LastError = error,
    };
}

using Bouncer.Lapi;
using Bouncer.Snapshots;

namespace Bouncer.Sync;

/// <summary>The state of the synchronisation: one immutable status, replaced by the puller and read by any thread.</summary>
internal sealed class SyncState(BouncerMode mode, TimeProvider time)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BouncerStatus _status = new() { Mode = mode, IsReady = mode != BouncerMode.Stream };
    private volatile EngineSettings? _heldOf;
    private long _lastSuccess;
    private UnusableCount _unusable;

    /// <summary>Completes with the first success, or once there are decisions to enforce.</summary>
    internal Task Ready => _ready.Task;

    internal bool IsReady => _status.IsReady;

    /// <summary>Whether the decisions held have been pulled since the start, and are not only those of a snapshot.</summary>
    internal bool IsSynchronized => _status is { IsReady: true, IsFromSnapshot: false };

    internal BouncerStatus Status => _status;

    /// <summary>The settings by which LAPI was asked for the decisions held; null before there are any, and outside stream mode.</summary>
    internal EngineSettings? HeldOf { get => _heldOf; set => _heldOf = value; }

    internal OutageWatch Outage { get; } = new(time);

    /// <summary>The time since the last success; null if there was none.</summary>
    internal TimeSpan? Age => Volatile.Read(ref _lastSuccess) is var at && at == 0 ? null : time.GetElapsedTime(at);

    internal void Succeeded(SyncOutcome outcome = default)
    {
        Volatile.Write(ref _lastSuccess, Math.Max(1, time.GetTimestamp()));
        var now = time.GetUtcNow();
        var unusable = _unusable.Add(outcome, mode);
        _unusable = unusable;
        _status = _status with
        {
            IsReady = true,
            IsFromSnapshot = false,
            IsAccessForbidden = false,
            LastSuccess = now,
            LastFullSync = outcome.IsFull ? now : _status.LastFullSync,
            ConsecutiveFailures = 0,
            LastError = outcome.Problem,
            SkippedDecisions = unusable.Unusable,
            IsKeyShared = outcome.IsKeyShared,
            IsDegraded = outcome.Problem is not null || unusable.IsMuch,
        };
        Outage.End();
        _ready.TrySetResult();
    }

    /// <summary>Records that there are decisions to enforce although LAPI fails.</summary>
    internal void BecameReady()
    {
        _status = _status with { IsReady = true };
        _ready.TrySetResult();
    }

    /// <summary>Records that the decisions of a snapshot are held, as if LAPI had not answered since its pull.</summary>
    internal void Restored(Snapshot snapshot)
    {
        var age = snapshot.Age;
        HeldOf = snapshot.Settings;
        var pulled = time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency);
        Volatile.Write(ref _lastSuccess, pulled == 0 ? 1 : pulled);
        _status = _status with { IsReady = true, IsFromSnapshot = true, LastSuccess = time.GetUtcNow() - age };
        _ready.TrySetResult();
    }

    /// <summary>Records how many decisions stay although LAPI's whole list does not contain them.</summary>
    internal void Doubts(int kept) => _status = _status with { DoubtedDecisions = kept };

    /// <returns>Whether the outage has lasted so long that it is to be logged again.</returns>
    internal bool Failed(LapiErrorKind? kind, string error)
    {
        _status = _status with
        {
            IsAccessForbidden = kind == LapiErrorKind.Forbidden,
            ConsecutiveFailures = _status.ConsecutiveFailures + 1,
            LastError = error,
        };
        return Outage.Fail();
    }
}

using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Checks in the background whether a LAPI that is not in use accepts the bouncer's credentials. Not thread-safe.</summary>
internal sealed class LapiWatch(EngineSettings watched, ILapiClient lapi, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private Task<bool> _check = Task.FromResult(false);
    private long? _checkedAt;
    private long? _acceptsSince;

    internal int Number => watched.Server.Number;

    /// <summary>For how long it has passed every check.</summary>
    internal TimeSpan AcceptsFor => _acceptsSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Takes the result of the last check, and begins the next one if it is due.</summary>
    internal void Look(CancellationToken stopping)
    {
        if (!_check.IsCompleted)
        {
            return;
        }

        _acceptsSince = _check.Result ? _acceptsSince ?? _checkedAt : null;
        if (_checkedAt is not { } at || time.GetElapsedTime(at) >= Pause)
        {
            _checkedAt = time.GetTimestamp();
            _check = CheckAsync(stopping);
        }
    }

    private async Task<bool> CheckAsync(CancellationToken stopping)
    {
        try
        {
            await lapi.CheckAccessAsync(watched, stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is LapiException or OperationCanceledException)
        {
            return false;
        }
    }
}

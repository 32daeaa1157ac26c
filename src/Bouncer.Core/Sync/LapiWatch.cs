using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Checks in the background whether a LAPI that is not in use accepts the bouncer's credentials. Not thread-safe.</summary>
internal sealed class LapiWatch(EngineSettings settings, ILapiClient lapi, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private Task<bool>? _check;
    private long _checkedAt;
    private long? _acceptsSince;

    internal int Number => settings.Server.Number;

    /// <summary>The time between the first and the last of the checks passed in a row.</summary>
    internal TimeSpan AcceptsFor { get; private set; }

    /// <summary>Whether other settings lead to the same LAPI in the same way.</summary>
    internal bool IsFor(EngineSettings other) => settings.AskForTheSame(other) && settings.Connection.Key == other.Connection.Key;

    /// <summary>Takes the result of the last check, and begins the next one if it is due.</summary>
    internal void Look(CancellationToken stopping)
    {
        if (_check is { IsCompleted: false })
        {
            return;
        }

        if (_check is { } check)
        {
            _acceptsSince = check.Result ? _acceptsSince ?? _checkedAt : null;
            AcceptsFor = _acceptsSince is { } since ? time.GetElapsedTime(since, _checkedAt) : TimeSpan.Zero;
        }

        if (_check is null || time.GetElapsedTime(_checkedAt) >= Pause)
        {
            _checkedAt = time.GetTimestamp();
            _check = CheckAsync(stopping);
        }
    }

    private async Task<bool> CheckAsync(CancellationToken stopping)
    {
        try
        {
            await lapi.CheckAccessAsync(settings, stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is LapiException or OperationCanceledException)
        {
            return false;
        }
    }
}

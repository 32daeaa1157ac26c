using Bouncer.Lapi;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Chooses the LAPI to call: the one in use, the next one while that fails, or an earlier one that has recovered. A LAPI is in
/// use once it has answered, and until another one has. Another one is called only after it has accepted the bouncer's credentials.
/// Only <see cref="InUse"/> is thread-safe.</summary>
internal sealed class LapiFailover(SettingsInUse settings, ILapiClient lapi, SyncState state, Random random, TimeProvider time, ILogger<LapiFailover> logger)
{
    /// <summary>Up to this share is added to the time after which a LAPI is used again, so that the members of a fleet do not return at
    /// the same time.</summary>
    private const double Spread = 0.2;

    /// <summary>How many failed returns double <see cref="LapiOptions.ReturnAfter"/>: each costs the time of a call that is not answered.</summary>
    private const int MaxFailedReturns = 5;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Why LAPIs that were to be called could not be, by their number; each reason is logged once.</summary>
    private readonly Dictionary<int, string> _refusals = [];

    private volatile EngineSettings? _inUse;
    private LapiWatch[] _earlier = [];
    private double _patience = 1;
    private int _failedReturns;
    private bool _isReturning;
    private int _tried = -1;

    /// <summary>The LAPI in use; before the first answer, the one that is called.</summary>
    internal EngineSettings InUse => _inUse ?? settings.Current;

    /// <summary>Whether an earlier LAPI is preferred to the one in use.</summary>
    internal bool HasFailedOver => _inUse is { Server.Number: > 0 } inUse && inUse.Lapi.ReturnAfter > TimeSpan.Zero;

    private int Count => settings.Current.Servers.Count;

    private bool MovesOn => _isReturning || _inUse is null || state.Outage.Length >= settings.Current.Lapi.FailoverAfter;

    /// <summary>Takes changed settings, and the LAPI to call next.</summary>
    /// <param name="stopping">Ends checks of other LAPIs, some of which go on in the background.</param>
    /// <returns>Whether other decisions are requested than before.</returns>
    /// <exception cref="LapiException">No LAPI has answered yet, and the one whose turn it is does not either.</exception>
    internal async Task<bool> ChooseAsync(CancellationToken stopping)
    {
        var isOther = settings.Take();
        if (_inUse is { } inUse && !ReferenceEquals(inUse.Options, settings.Current.Options))
        {
            Follow(inUse, settings.Current.Options);
        }

        return (Count > 1 && settings.Use(await NextAsync(stopping).ConfigureAwait(false))) || isOther;
    }

    /// <summary>Records that the LAPI that was called answered.</summary>
    /// <param name="outage">How long none had answered before.</param>
    internal void Answered(TimeSpan outage)
    {
        var (now, before) = (settings.Current, _inUse ?? settings.Current.For(0));
        if (now.Server.Number != before.Server.Number && !_isReturning)
        {
            logger.LapiFailedOver(now.Connection.Address, before.Connection.Address, outage);
        }
        else if (now.Server.Number != before.Server.Number)
        {
            logger.LapiReturned(now.Connection.Address, before.Connection.Address);
        }
        else if (_inUse is not null)
        {
            return;
        }

        _isReturning = false;
        Put(now);
    }

    /// <summary>Shortens the pause after a failure if the next call goes to another LAPI: one that fails, or asks to be called later, does
    /// not keep it waiting. Once each has failed, the pause stays.</summary>
    internal TimeSpan Shorten(TimeSpan pause)
    {
        if (Count == 1 || (MovesOn && !_isReturning && state.Status.ConsecutiveFailures % Count == 0))
        {
            return pause;
        }

        var left = MovesOn ? TimeSpan.Zero : settings.Current.Lapi.FailoverAfter - state.Outage.Length;
        var shortest = left > ShortestPause ? left : ShortestPause;
        return pause < shortest ? pause : shortest;
    }

    private async Task<int> NextAsync(CancellationToken stopping)
    {
        if (_inUse is not { } inUse)
        {
            _tried = (_tried + 1) % Count;
            await CheckAsync(_tried, stopping).ConfigureAwait(false);
            return _tried;
        }

        if (state.Status.ConsecutiveFailures == 0)
        {
            var recovered = FindRecovered(stopping);
            _isReturning = recovered is not null;
            return recovered ?? inUse.Server.Number;
        }

        if (_isReturning)
        {
            // An earlier LAPI that recovered but does not answer now is not a fault of the one in use.
            _isReturning = false;
            _failedReturns = Math.Min(MaxFailedReturns, _failedReturns + 1);
            Watch(inUse);
            return inUse.Server.Number;
        }

        return MovesOn && await FindOtherAsync(inUse.Server.Number, stopping).ConfigureAwait(false) is { } other ? other : inUse.Server.Number;
    }

    /// <summary>The next LAPI besides the one in use, if it accepts the credentials.</summary>
    private async Task<int?> FindOtherAsync(int inUse, CancellationToken stopping)
    {
        do
        {
            _tried = (_tried + 1) % Count;
        }
        while (_tried == inUse);
        try
        {
            await CheckAsync(_tried, stopping).ConfigureAwait(false);
            return _tried;
        }
        catch (LapiException failure)
        {
            if (_refusals.GetValueOrDefault(_tried) != failure.Message)
            {
                _refusals[_tried] = failure.Message;
                logger.LapiNotUsable(settings.Current.For(_tried).Connection.Address, failure.Message);
            }

            return null;
        }
    }

    /// <exception cref="LapiException">It does not answer, or refuses the credentials.</exception>
    private async Task CheckAsync(int number, CancellationToken stopping)
    {
        try
        {
            await lapi.CheckAccessAsync(settings.Current.For(number), stopping).ConfigureAwait(false);
        }
        catch (LapiException failure) when (failure.Kind is LapiErrorKind.NotFound or LapiErrorKind.NotOffered)
        {
            // What has only LAPI's stream may not offer the check; the pull will tell.
        }
    }

    private int? FindRecovered(CancellationToken stopping)
    {
        foreach (var watch in _earlier)
        {
            watch.Look(stopping);
        }

        var patience = InUse.Lapi.ReturnAfter * _patience;
        return Array.Find(_earlier, watch => watch.AcceptsFor >= patience)?.Number;
    }

    private void Put(EngineSettings inUse)
    {
        _inUse = inUse;
        _tried = inUse.Server.Number;
        _failedReturns = 0;
        _refusals.Clear();
        Watch(inUse);
    }

    /// <summary>Takes changed settings. The watches of LAPIs that are still the same go on.</summary>
    private void Follow(EngineSettings inUse, BouncerOptions changed)
    {
        _inUse = inUse.With(changed);
        _tried = _inUse.Server.Number;
        _refusals.Clear();
        _earlier = [.. Earlier(_inUse).Select(earlier => Array.Find(_earlier, watch => watch.IsFor(earlier)) ?? new LapiWatch(earlier, lapi, time))];
    }

    private void Watch(EngineSettings inUse)
    {
        _earlier = [.. Earlier(inUse).Select(earlier => new LapiWatch(earlier, lapi, time))];
        _patience = (1 << _failedReturns) * (1 + (random.NextDouble() * Spread));
    }

    /// <summary>The LAPIs that are preferred to one.</summary>
    private static IEnumerable<EngineSettings> Earlier(EngineSettings one) =>
        Enumerable.Range(0, one.Lapi.ReturnAfter > TimeSpan.Zero ? one.Server.Number : 0).Select(one.For);
}

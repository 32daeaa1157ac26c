using Bouncer.Lapi;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Chooses the LAPI to call: the one in use, the next one while that fails, or an earlier one that has recovered. A LAPI is in
/// use once it has answered, and until another one has. Only <see cref="InUse"/> is thread-safe.</summary>
internal sealed class LapiFailover(SettingsInUse settings, ILapiClient lapi, SyncState state, Random random, TimeProvider time, ILogger<LapiFailover> logger)
{
    /// <summary>Up to this share is added to the time after which a LAPI is used again, so that the members of a fleet do not return at
    /// the same time.</summary>
    private const double Spread = 0.2;

    private volatile EngineSettings? _inUse;
    private LapiWatch[] _earlier = [];
    private double _patience = 1;
    private bool _isReturning;

    /// <summary>The LAPI in use; before the first answer, the one that is called.</summary>
    internal EngineSettings InUse => _inUse ?? settings.Current;

    /// <summary>Whether an earlier LAPI is preferred to the one in use.</summary>
    internal bool HasFailedOver => _inUse is { Server.Number: > 0 } inUse && inUse.Lapi.ReturnAfter > TimeSpan.Zero;

    /// <summary>Takes changed settings, and the LAPI to call next.</summary>
    /// <param name="stopping">Ends checks of other LAPIs, which go on in the background.</param>
    /// <returns>Whether other decisions are requested than before.</returns>
    internal bool Choose(CancellationToken stopping)
    {
        var isOther = settings.Take();
        if (_inUse is { } inUse && !ReferenceEquals(inUse.Options, settings.Current.Options))
        {
            Put(inUse.With(settings.Current.Options));
        }

        return (settings.Current.Servers.Count > 1 && settings.Use(Next(stopping))) || isOther;
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

    private int Next(CancellationToken stopping)
    {
        var (called, inUse) = (settings.Current, InUse.Server.Number);
        if (state.Status.ConsecutiveFailures == 0)
        {
            var recovered = FindRecovered(stopping);
            _isReturning = recovered is not null;
            return recovered ?? inUse;
        }

        // An earlier LAPI that recovered but does not answer now is not a fault of the one in use.
        if (_isReturning)
        {
            Watch(InUse);
            _isReturning = false;
            return inUse;
        }

        return !state.IsReady || state.Outage.Length >= called.Lapi.FailoverAfter ? (called.Server.Number + 1) % called.Servers.Count : inUse;
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
        Watch(inUse);
    }

    private void Watch(EngineSettings inUse)
    {
        var count = inUse.Lapi.ReturnAfter > TimeSpan.Zero ? inUse.Server.Number : 0;
        _earlier = [.. Enumerable.Range(0, count).Select(number => new LapiWatch(inUse.For(number), lapi, time))];
        _patience = 1 + (random.NextDouble() * Spread);
    }
}

using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Tracks whether one provider works, and what has been logged about it. Faults that clients meet count only for a
/// provider that cannot be probed. Thread-safe.</summary>
/// <param name="name">The provider's name.</param>
/// <param name="isProbed">Whether the provider can be probed.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are logged.</param>
internal sealed class ProviderHealth(string name, bool isProbed, TimeProvider time, ILogger logger)
{
    /// <summary>The number of networks whose clients must meet a fault before it counts.</summary>
    private const int Networks = 3;

    /// <summary>How long the faults of clients count, so that visitors need not meet a fault one by one.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    /// <summary>The time between two warnings about faults that clients meet, except the one when a provider goes down.</summary>
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();

    /// <summary>The networks whose clients met a fault, the latest last.</summary>
    private readonly List<(ClientKey Network, long At)> _met = [];

    private bool _isProven;
    private bool _isTold;
    private long? _warnedAt;

    internal bool IsDown
    {
        get
        {
            lock (_gate)
            {
                return IsDownNow();
            }
        }
    }

    /// <summary>Whether solutions of the stand-in captcha are accepted: while it stands in. If only clients' faults count, which
    /// are soon forgotten, also for as long after that as a visitor may take to solve one.</summary>
    internal bool TakesStandIn
    {
        get
        {
            lock (_gate)
            {
                return _isProven || HasMetIn(2 * Memory);
            }
        }
    }

    /// <summary>Records that a client met a fault.</summary>
    internal void Meet(ClientKey client, string fault, Exception? exception)
    {
        bool isWarning;
        lock (_gate)
        {
            if (!isProbed)
            {
                Note(client.Network);
            }

            isWarning = Tell(IsDownNow() ? Memory : BetweenWarnings);
        }

        Log(isWarning, fault, exception);
    }

    /// <summary>Records that probes met a fault.</summary>
    internal void Prove(string fault)
    {
        bool isWarning;
        lock (_gate)
        {
            _isProven = true;
            isWarning = Tell(TimeSpan.Zero);
        }

        Log(isWarning, fault, exception: null);
    }

    /// <summary>Records that the provider works: it answered a probe or confirmed a solution.</summary>
    internal void Recover()
    {
        bool isNews;
        lock (_gate)
        {
            isNews = _isTold;
            _isProven = _isTold = false;
            _met.Clear();
        }

        if (isNews)
        {
            logger.CaptchaRecovered(name);
        }
    }

    private void Note(ClientKey network)
    {
        _met.RemoveAll(met => met.Network == network);
        if (_met.Count == Networks)
        {
            _met.RemoveAt(0);
        }

        _met.Add((network, time.GetTimestamp()));
    }

    /// <summary>Whether to warn. Not reset when a provider works again: clients may cause both in turn.</summary>
    private bool Tell(TimeSpan pause)
    {
        if (_isTold || (_warnedAt is { } at && time.GetElapsedTime(at) < pause))
        {
            return false;
        }

        _isTold = true;
        _warnedAt = time.GetTimestamp();
        return true;
    }

    private void Log(bool isWarning, string fault, Exception? exception)
    {
        if (isWarning)
        {
            logger.CaptchaFault(exception, name, fault);
        }
        else
        {
            logger.CaptchaFaultAgain(exception, name, fault);
        }
    }

    private bool IsDownNow() => _isProven || HasMetIn(Memory);

    private bool HasMetIn(TimeSpan period) => _met.Count(met => time.GetElapsedTime(met.At) < period) >= Networks;
}

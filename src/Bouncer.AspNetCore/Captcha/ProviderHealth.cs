using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Whether one provider works, and what the log was told of it. Clients' word counts only for a provider that we cannot
/// ask ourselves. Safe for any number of threads.</summary>
/// <param name="name">The provider's name.</param>
/// <param name="isProbed">Whether we can ask it ourselves.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are logged.</param>
internal sealed class ProviderHealth(string name, bool isProbed, TimeProvider time, ILogger logger)
{
    /// <summary>Clients of so many networks must meet a fault before it counts.</summary>
    private const int Networks = 3;

    /// <summary>For how long their word counts, so that visitors need not meet a fault one by one.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    /// <summary>Between two warnings about faults that clients meet, but for those when a provider begins to be down.</summary>
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();

    /// <summary>Different networks whose clients met a fault, the latest last.</summary>
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

    /// <summary>Whether solutions of the captcha that stands in are taken: while it does. Where only clients' word counts, which is
    /// soon forgotten, also for as long as a visitor may take for one.</summary>
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

    /// <summary>A client has met a fault.</summary>
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

    /// <summary>Probes of ours have met a fault.</summary>
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

    /// <summary>The provider works: it has answered a probe of ours, or confirmed a solution.</summary>
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

    /// <summary>Whether to warn. When a provider works again, this does not start afresh: clients may cause both in turn.</summary>
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

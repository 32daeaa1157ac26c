using System.Collections.Concurrent;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Which providers could not be asked lately: by several clients, or by a probe of ours, for what one client meets it
/// may have caused. Says in the log when it begins and when it ends. Safe for any number of threads.</summary>
internal sealed class CaptchaFaults(TimeProvider time, ILogger<CaptchaFaults> logger)
{
    /// <summary>The word for too much at once here, for which no provider is to blame.</summary>
    internal const string Busy = "busy";

    /// <summary>So many clients must meet a fault before it counts.</summary>
    internal const int Clients = 3;

    /// <summary>For how long a fault counts, so that visitors need not meet it one by one.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenProbes = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ICaptchaProvider, Faults> _faults = new();

    internal bool IsRecent(ICaptchaProvider provider)
    {
        if (!_faults.TryGetValue(provider, out var faults))
        {
            return false;
        }

        lock (faults)
        {
            return IsYoung(faults.ProvenAt) || faults.Met.Count(met => IsYoung(met.At)) >= Clients;
        }
    }

    /// <summary>A client has met a fault.</summary>
    internal void Add(ICaptchaProvider provider, ClientKey client, string fault, Exception? exception)
    {
        var isFirst = false;
        var faults = _faults.GetOrAdd(provider, _ =>
        {
            isFirst = true;
            return new Faults();
        });
        lock (faults)
        {
            faults.Met.RemoveAll(met => met.Client == client || !IsYoung(met.At));
            if (faults.Met.Count == Clients)
            {
                faults.Met.RemoveAt(0);
            }

            faults.Met.Add((client, time.GetTimestamp()));
        }

        if (isFirst)
        {
            logger.CaptchaFault(exception, provider.Name, fault);
        }
        else
        {
            logger.CaptchaFaultAgain(exception, provider.Name, fault);
        }
    }

    /// <summary>Whether a probe may be made now; then none may for a while.</summary>
    internal bool MayProbe(ICaptchaProvider provider)
    {
        if (!_faults.TryGetValue(provider, out var faults))
        {
            return false;
        }

        lock (faults)
        {
            if (faults.ProbedAt is { } at && time.GetElapsedTime(at) < BetweenProbes)
            {
                return false;
            }

            faults.ProbedAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>A probe of ours has met the fault.</summary>
    internal void Prove(ICaptchaProvider provider)
    {
        if (_faults.TryGetValue(provider, out var faults))
        {
            lock (faults)
            {
                faults.ProvenAt = time.GetTimestamp();
            }
        }
    }

    internal void Clear(ICaptchaProvider provider)
    {
        if (!_faults.IsEmpty && _faults.TryRemove(provider, out _))
        {
            logger.CaptchaRecovered(provider.Name);
        }
    }

    private bool IsYoung(long? at) => at is { } since && time.GetElapsedTime(since) < Memory;

    /// <summary>Guarded by itself.</summary>
    private sealed class Faults
    {
        /// <summary>Different clients, the latest last.</summary>
        internal List<(ClientKey Client, long At)> Met { get; } = [];

        internal long? ProbedAt { get; set; }

        internal long? ProvenAt { get; set; }
    }
}

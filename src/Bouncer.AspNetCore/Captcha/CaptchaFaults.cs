using System.Collections.Concurrent;
using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Which providers cannot be asked: those that fail probes of ours, or, where we cannot probe, those that failed clients
/// of several networks lately; for what one client meets it may have caused. Safe for any number of threads.</summary>
internal sealed class CaptchaFaults(HttpSettingsProvider settings, TimeProvider time, ILogger<CaptchaFaults> logger) : IDisposable
{
    /// <summary>The word for too much at once here, for which no provider is to blame.</summary>
    internal const string Busy = "busy";

    /// <summary>The word for a provider that is left alone, as it failed our probes.</summary>
    internal const string Open = "circuit_open";

    /// <summary>Clients of so many networks must meet a fault before it counts.</summary>
    internal const int Networks = 3;

    /// <summary>For how long their word counts, so that visitors need not meet a fault one by one.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ICaptchaProvider, (ProviderHealth Health, ProviderProbe? Probe)> _known = new();
    private readonly CancellationTokenSource _stopped = new();

    internal bool IsRecent(ICaptchaProvider provider) => _known.TryGetValue(provider, out var known) && known.Health.IsDown;

    /// <summary>Whether a provider is not to be asked: our probes ask it until it answers.</summary>
    internal bool IsOpen(ICaptchaProvider provider) => provider is IProbedProvider && IsRecent(provider);

    /// <summary>A client has met a fault.</summary>
    internal void Add(ICaptchaProvider provider, ClientKey client, string fault, Exception? exception)
    {
        var (health, probe) = _known.GetOrAdd(provider, Create);
        health.Meet(client, fault, exception);
        probe?.Suspect();
    }

    /// <summary>A provider has confirmed a solution, so it works. That one that we can probe works, only a probe says.</summary>
    internal void Confirm(ICaptchaProvider provider)
    {
        if (provider is not IProbedProvider && _known.TryGetValue(provider, out var known))
        {
            known.Health.Recover();
        }
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private (ProviderHealth Health, ProviderProbe? Probe) Create(ICaptchaProvider provider)
    {
        var health = new ProviderHealth(provider, time, logger);
        return (health, provider is IProbedProvider probed ? new ProviderProbe(probed, health, settings, time, _stopped.Token) : null);
    }
}

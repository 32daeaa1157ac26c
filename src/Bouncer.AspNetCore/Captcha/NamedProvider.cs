namespace Bouncer.AspNetCore.Captcha;

/// <summary>A captcha provider with its name and health. It is down if it fails the application's probes; one that cannot be
/// probed, if clients of several networks met faults lately, because a single client may have caused its own.
/// Thread-safe.</summary>
/// <param name="name">Its name in settings, logs, metrics and clearances.</param>
/// <param name="provider">The provider.</param>
/// <param name="health">The provider's health.</param>
/// <param name="probe">Probes the provider; null if it cannot be probed.</param>
internal sealed class NamedProvider(string name, ICaptchaProvider provider, ProviderHealth health, ProviderProbe? probe)
{
    internal string Name => name;

    internal ICaptchaProvider Provider => provider;

    internal CaptchaWidget Widget => provider.Widget;

    /// <summary>Whether it enforces its own deadlines, and only probes decide whether it works.</summary>
    internal bool IsProbed => probe is not null;

    internal bool IsDown => health.IsDown;

    /// <summary>Whether it must not be called: probes continue until it answers.</summary>
    internal bool IsOpen => IsProbed && IsDown;

    /// <summary>Whether it must not be called for the moment: probes are finding out whether visitors' checks overload
    /// it.</summary>
    internal bool IsQuiet => probe is { IsQuiet: true };

    /// <summary>Whether solutions of the stand-in captcha are accepted.</summary>
    internal bool TakesStandIn => health.TakesStandIn;

    /// <summary>Records that a client met a fault.</summary>
    internal void Meet(ClientKey client, string fault, Exception? exception)
    {
        health.Meet(client, fault, exception);
        probe?.Suspect();
    }

    /// <summary>Records that it confirmed a solution and thus works. Ignored for a provider that can be probed: only a probe
    /// decides then.</summary>
    internal void Confirm()
    {
        if (!IsProbed)
        {
            health.Recover();
        }
    }
}

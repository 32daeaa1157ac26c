namespace Bouncer.AspNetCore.Captcha;

/// <summary>A captcha provider under its name, and whether it works: one that fails probes of ours does not, nor one that we cannot
/// probe and that failed clients of several networks lately; for what one client meets it may have caused. Safe for any number of
/// threads.</summary>
/// <param name="name">The name that settings, logs, metrics and clearances know it by.</param>
/// <param name="provider">The provider.</param>
/// <param name="health">What is known of it.</param>
/// <param name="probe">Asks it itself; null if it cannot be probed.</param>
internal sealed class NamedProvider(string name, ICaptchaProvider provider, ProviderHealth health, ProviderProbe? probe)
{
    internal string Name => name;

    internal ICaptchaProvider Provider => provider;

    internal CaptchaWidget Widget => provider.Widget;

    /// <summary>Whether it keeps to its deadlines by itself, and only probes say whether it works.</summary>
    internal bool IsProbed => probe is not null;

    internal bool IsDown => health.IsDown;

    /// <summary>Whether it is not to be asked: our probes ask it until it answers.</summary>
    internal bool IsOpen => IsProbed && IsDown;

    /// <summary>Whether it is not to be asked for the moment: our probes find out whether visitors' checks are what it cannot keep up with.</summary>
    internal bool IsQuiet => probe is { IsQuiet: true };

    /// <summary>Whether solutions of the captcha that stands in are taken.</summary>
    internal bool TakesStandIn => health.TakesStandIn;

    /// <summary>A client has met a fault.</summary>
    internal void Meet(ClientKey client, string fault, Exception? exception)
    {
        health.Meet(client, fault, exception);
        probe?.Suspect();
    }

    /// <summary>It has confirmed a solution, so it works. That one that we can probe works, only a probe says.</summary>
    internal void Confirm()
    {
        if (!IsProbed)
        {
            health.Recover();
        }
    }
}

using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>One valid state of AppSec's settings. Immutable.</summary>
internal sealed class AppSecSettings
{
    private AppSecSettings(AppSecOptions options) => (Options, WhenUnavailable) = (options, new Remediation(options.WhenUnavailable));

    internal AppSecOptions Options { get; }

    internal Remediation WhenUnavailable { get; }

    internal static AppSecSettings Create(SettingsSource source) => new(source.Options.AppSec);
}

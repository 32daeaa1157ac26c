using Bouncer.AspNetCore.Requests;
using Bouncer.Connections;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>One valid state of AppSec's settings. Immutable.</summary>
internal sealed class AppSecSettings
{
    private AppSecSettings(AppSecOptions options)
    {
        (Options, WhenUnavailable, WhenTooSlow) = (options, new Remediation(options.WhenUnavailable), new Remediation(options.WhenTooSlow));
        Connection = options.Url is null ? null : new("Bouncer:Http:AppSec", options.Url, "none", options.Timeout, options.Tls);
    }

    internal AppSecOptions Options { get; }

    internal Remediation WhenUnavailable { get; }

    internal Remediation WhenTooSlow { get; }

    /// <summary>How AppSec is reached; null if it is not used.</summary>
    internal ConnectionSettings? Connection { get; }

    internal static AppSecSettings Create(SettingsSource source) => new(source.Options.AppSec);
}

using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>The captcha that a client has to solve; section <c>Bouncer:Http:Captcha</c>.</summary>
public sealed class CaptchaOptions
{
    internal const string LongestTimeout = "00:00:30";
    internal const string LongestWait = "00:10:00";

    /// <summary>The name of the provider that issues captchas and checks solutions: <c>local</c>, one of <see cref="Providers"/>,
    /// or one added with <c>AddCaptchaProvider</c>. Case-insensitive.</summary>
    /// <value>The default is <c>local</c>, which contacts no other service. An unknown name prevents the start.</value>
    public string Provider { get; set; } = "local";

    /// <summary>The difficulty of the local captcha; every second step doubles the work.</summary>
    /// <value>The default is 3; from 1 to 10.</value>
    [Range(1, 10)]
    public int Difficulty { get; set; } = 3;

    /// <summary>How long a client that solved its captcha passes without another one; never longer than its decision.</summary>
    /// <value>The default is 1 hour; from 1 minute to 1 hour.</value>
    [TimeRange("00:01:00", "01:00:00")]
    public TimeSpan ClearanceLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a provider may take to issue a challenge or to check a solution.</summary>
    /// <value>The default is 2 seconds; from 100 ms to 30 seconds.</value>
    [TimeRange("00:00:00.1", LongestTimeout)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the local captcha replaces a provider that is down. If false, clients cannot pass until the provider
    /// recovers.</summary>
    /// <value>The default is true.</value>
    public bool FallbackToLocal { get; set; } = true;

    /// <summary>How long a visitor without JavaScript waits instead of solving the captcha, with any <see cref="Provider"/>.
    /// Waiting costs a program only time, so it is weaker than any captcha; see docs/captcha.md. Clients without an address cannot
    /// wait.</summary>
    /// <value>The default is null: waiting is not offered. From 5 seconds to 10 minutes.</value>
    [TimeRange("00:00:05", LongestWait)]
    public TimeSpan? WaitWithoutScript { get; set; }

    /// <summary>The captcha services, by the names that <see cref="Provider"/> and policies use; names are case-insensitive. The
    /// name of a provider that the application registers, and <c>local</c>, prevent the start.</summary>
    public IDictionary<string, CaptchaServiceOptions> Providers { get; set; } =
        new Dictionary<string, CaptchaServiceOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the settings of a service; creates them if there are none.</summary>
    internal CaptchaServiceOptions Service(string name)
    {
        if (!Providers.TryGetValue(name, out var service))
        {
            Providers[name] = service = new CaptchaServiceOptions();
        }

        return service;
    }
}

using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>How clients prove that they may go on; section <c>Bouncer:Http:Captcha</c>.</summary>
public sealed class CaptchaOptions
{
    internal const string LongestTimeout = "00:00:30";
    internal const string LongestWait = "00:10:00";

    /// <summary>The name of the provider that sets captchas and checks solutions: <c>local</c>, one of <see cref="Providers"/>, or one
    /// that was added with <c>AddCaptchaProvider</c>. Compared without case.</summary>
    /// <value>The default is <c>local</c>, which contacts no other service. An unknown name stops the start.</value>
    public string Provider { get; set; } = "local";

    /// <summary>How hard the local captcha is; twice the work every second step.</summary>
    /// <value>The default is 3; 1 to 10.</value>
    [Range(1, 10)]
    public int Difficulty { get; set; } = 3;

    /// <summary>How long a client that solved its captcha goes on without another; never longer than its decision.</summary>
    /// <value>The default is 1 hour; 1 minute to 1 hour.</value>
    [TimeRange("00:01:00", "01:00:00")]
    public TimeSpan ClearanceLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a provider may take to set a task or to check a solution.</summary>
    /// <value>The default is 2 seconds; 100 ms to 30 s.</value>
    [TimeRange("00:00:00.1", LongestTimeout)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the local captcha stands in for a provider that cannot be asked. If not, clients cannot pass until it recovers.</summary>
    /// <value>The default is true.</value>
    public bool FallbackToLocal { get; set; } = true;

    /// <summary>How long a visitor without JavaScript waits instead of solving the captcha, whichever <see cref="Provider"/> sets it.
    /// Waiting costs a program nothing but time, so it is weaker than any captcha; see docs/captcha.md. Clients without an address
    /// cannot wait.</summary>
    /// <value>When null, the default: waiting gains nothing. 5 seconds to 10 minutes.</value>
    [TimeRange("00:00:05", LongestWait)]
    public TimeSpan? WaitWithoutScript { get; set; }

    /// <summary>The captcha services, by the names under which <see cref="Provider"/> and policies choose them; names are compared without
    /// case. A name that the application registers, or <c>local</c>, stops the start.</summary>
    public IDictionary<string, CaptchaServiceOptions> Providers { get; set; } =
        new Dictionary<string, CaptchaServiceOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings of a service, made if there are none yet.</summary>
    internal CaptchaServiceOptions Service(string name)
    {
        if (!Providers.TryGetValue(name, out var service))
        {
            Providers[name] = service = new CaptchaServiceOptions();
        }

        return service;
    }
}

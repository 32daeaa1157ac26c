namespace Bouncer.AspNetCore.Captcha;

/// <summary>A provider that can be probed without a visitor. It enforces its own deadlines, and its probes do not wait for the
/// checks of clients.</summary>
internal interface IProbedProvider : ICaptchaProvider
{
    /// <returns>Why solutions cannot be checked; null if they can.</returns>
    ValueTask<string?> ProbeAsync(CancellationToken cancellationToken);
}

namespace Bouncer.AspNetCore.Captcha;

/// <summary>A provider that we can ask ourselves whether it works, without a visitor. It keeps to its deadlines by itself,
/// and its probes do not wait for the checks of clients.</summary>
internal interface IProbedProvider : ICaptchaProvider
{
    /// <returns>Why solutions cannot be checked; null if they can.</returns>
    ValueTask<string?> ProbeAsync(CancellationToken cancellationToken);
}

namespace Bouncer.AspNetCore;

/// <summary>Issues captchas and checks solutions. One instance serves all requests and must be thread-safe.</summary>
/// <remarks>If a provider throws, or takes longer than <c>Bouncer:Http:Captcha:Timeout</c>, the captcha is not solved.</remarks>
public interface ICaptchaProvider
{
    /// <summary>The data that the page needs to show the captcha.</summary>
    CaptchaWidget Widget { get; }

    /// <summary>Issues a challenge for one client, if the widget needs one from this server.</summary>
    /// <param name="context">The client for which it is issued.</param>
    /// <param name="cancellationToken">Canceled when the client disconnects.</param>
    /// <returns>The challenge as JSON; null if the widget gets its challenge elsewhere.</returns>
    ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken);

    /// <summary>Checks a solution. Must reject an invalid one for any reason, and not throw.</summary>
    /// <param name="context">The client that sends it.</param>
    /// <param name="solution">The value of <see cref="CaptchaWidget.Field"/>: chosen by the client, at most 16 KiB.</param>
    /// <param name="cancellationToken">Canceled when the client disconnects or has waited long enough.</param>
    ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken);
}

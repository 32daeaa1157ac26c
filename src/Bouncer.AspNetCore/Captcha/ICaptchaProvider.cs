namespace Bouncer.AspNetCore;

/// <summary>Sets captchas and checks solutions. One instance serves all requests: safe for any number of threads.</summary>
/// <remarks>A provider that throws, or takes longer than <c>Bouncer:Http:Captcha:Timeout</c>, has not been passed.</remarks>
public interface ICaptchaProvider
{
    /// <summary>What the page needs to show the captcha.</summary>
    CaptchaWidget Widget { get; }

    /// <summary>Sets a task for one client, if the widget needs one from this server.</summary>
    /// <param name="context">Whom it is for.</param>
    /// <param name="cancellationToken">Ends when the client is gone.</param>
    /// <returns>The task as JSON; null if the widget gets its task elsewhere.</returns>
    ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken);

    /// <summary>Checks a solution. Whatever is wrong with it, the answer is no and never an exception of its own.</summary>
    /// <param name="context">Who sends it.</param>
    /// <param name="solution">What the widget put into <see cref="CaptchaWidget.Field"/>: chosen by the client, at most 16 KiB.</param>
    /// <param name="cancellationToken">Ends when the client is gone or has waited long enough.</param>
    ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken);
}

using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Redeems tickets. It is not a captcha and has no name in settings; as a provider it has the same deadline, metrics and
/// logs as the captchas.</summary>
internal sealed class WaitProvider(WaitTickets tickets, SpentWaits spent, HttpSettingsProvider settings, TimeProvider time) : ICaptchaProvider
{
    internal const string Name = "wait";

    public CaptchaWidget Widget { get; } = new() { Field = CaptchaLinks.WaitField };

    public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

    /// <remarks>The clearance counts from the end of the wait, not from when the ticket is presented: showing a ticket to several
    /// replicas gains nothing.</remarks>
    public async ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken)
    {
        if (settings.Current.Of<CaptchaSettings>().Wait is not { } wait
            || tickets.Open(solution) is not { } ticket
            || ticket.Referral.Client != context.Client
            || !ticket.IsReady(time.GetUtcNow(), wait))
        {
            return default;
        }

        return new CaptchaVerdict(await spent.TryAddAsync(ticket, cancellationToken), ticket.Since + wait);
    }
}

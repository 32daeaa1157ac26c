namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>The captcha that needs no other service: a proof of work by the visitor's browser, based on ALTCHA's protocol v2
/// (PBKDF2/SHA-256, deterministic mode). It shows that a client spent computing time, not that it is human.</summary>
internal sealed class LocalCaptchaProvider(ChallengeIssuer issuer, SolutionVerifier verifier, SolveCounter relapses, IChallengeReplayStore spent)
    : ICaptchaProvider
{
    public CaptchaWidget Widget { get; } = new() { Field = "altcha" };

    public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(
        issuer.Issue(context, Math.Min(context.Difficulty + relapses.Open(context.Client), Difficulty.Hardest)));

    public async ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken)
    {
        if (verifier.Verify(context, solution) is not { } ticket)
        {
            return default;
        }

        try
        {
            if (!await spent.TryAddAsync(ticket.Id, ticket.ExpiresAt, cancellationToken))
            {
                return default;
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new CaptchaVerdict(IsSolved: false, Fault: "spent_challenges");
        }

        relapses.Add(context.Client);
        return new CaptchaVerdict(IsSolved: true, ticket.IssuedAt);
    }
}

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Keeps one client from having tasks set, or solutions checked, without end: both cost something. Generous, as many
/// visitors may share an address.</summary>
internal sealed class CaptchaLimiter(RateTable table)
{
    internal const string RetryAfterSeconds = "60";

    private static readonly Rate Rate = new(PermitLimit: 60, Window: TimeSpan.FromMinutes(1), Burst: 60);

    private readonly ulong _tasks = RateKey.Purpose("captcha tasks");
    private readonly ulong _solutions = RateKey.Purpose("captcha solutions");

    internal bool MayHaveTask(in RemediationContext context) => TryTake(_tasks, context);

    internal bool MaySolve(in RemediationContext context) => TryTake(_solutions, context);

    private bool TryTake(ulong purpose, in RemediationContext context) =>
        table.TryTake(RateKey.Of(purpose, ClientKey.Of(context.ClientAddress)), Rate, out _);
}

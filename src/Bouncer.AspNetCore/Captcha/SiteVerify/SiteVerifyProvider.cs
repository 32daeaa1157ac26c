namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>A captcha that another service issues and checks, for one state of its settings. Any failure of the call is a fault
/// and never a pass.</summary>
internal sealed class SiteVerifyProvider(SiteVerifySettings settings, ISiteVerifyApi api, TimeProvider time, SiteHosts hosts) : IProbedProvider
{
    internal const int MaxTokenLength = 2048;

    /// <summary>A token that no service issued; the correct answer is a rejection.</summary>
    private const string ProbeToken = "bouncer-probe";

    private readonly SiteVerifyClient _client = new(settings, api);

    internal SiteVerifySettings Settings { get; } = settings;

    public CaptchaWidget Widget { get; } = SiteVerifyWidget.Create(settings);

    public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

    public async ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken)
    {
        // Not a fault: a client that could cause one at will could choose the stand-in captcha.
        if (solution.Length is 0 or > MaxTokenLength || solution.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return default;
        }

        if (Settings.Hostname is null && !hosts.IsAllowed(context))
        {
            return default;
        }

        if (await SiteSecret.ReadAsync(Settings, cancellationToken) is not { } secret)
        {
            return Faulty("secret");
        }

        var reply = await _client.AskAsync(secret, solution, context, cancellationToken);
        return reply.Answer is not { } answer ? Faulty(reply.Fault!)
            : answer.IsSecretWrong ? Faulty("secret")
            : SiteVerifyChecks.Judge(Settings, answer, context, time.GetUtcNow());
    }

    public async ValueTask<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        if (await SiteSecret.ReadAsync(Settings, cancellationToken) is not { } secret)
        {
            return "secret";
        }

        var reply = await _client.ProbeAsync(secret, ProbeToken, cancellationToken);
        return reply.Answer is { } answer ? (answer.IsSecretWrong ? "secret" : null) : reply.Fault;
    }

    private static CaptchaVerdict Faulty(string fault) => new(IsSolved: false, Fault: fault);
}

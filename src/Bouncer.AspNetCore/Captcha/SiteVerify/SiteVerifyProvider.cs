using System.Net;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>A captcha that somebody else sets and checks. Whatever goes wrong on the way is a fault and never a pass.</summary>
internal sealed class SiteVerifyProvider(
    SiteVerifyService service, Func<SiteVerifySettings> settings, IHttpClientFactory clients, TimeProvider time) : IProbedProvider
{
    internal const int MaxTokenLength = 2048;

    /// <summary>A token that no service gave: the right answer to it is no.</summary>
    private const string ProbeToken = "bouncer-probe";

    private readonly SiteVerifyClient _client = new(clients, time);

    public string Name => service.Name;

    public CaptchaWidget Widget => SiteVerifyWidget.Create(service, settings());

    public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

    public async ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken)
    {
        // No fault: who could cause one at will could choose the captcha that stands in.
        if (solution.Length is 0 or > MaxTokenLength || solution.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return default;
        }

        var current = settings();
        if (await SiteSecret.ReadAsync(current, cancellationToken) is not { } secret)
        {
            return Faulty("secret");
        }

        var request = SiteVerifyRequest.Create(service, current, secret, solution, context);
        var reply = await _client.SendAsync(request, context.ClientAddress ?? IPAddress.IPv6None, cancellationToken);
        return reply.Answer is not { } answer ? Faulty(reply.Fault!)
            : answer.IsSecretWrong ? Faulty("secret")
            : SiteVerifyChecks.Judge(service, current, answer, context, time.GetUtcNow());
    }

    public async ValueTask<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        var current = settings();
        if (await SiteSecret.ReadAsync(current, cancellationToken) is not { } secret)
        {
            return "secret";
        }

        var request = SiteVerifyRequest.Create(service, current, secret, ProbeToken, default);
        var reply = await _client.ProbeAsync(request, cancellationToken);
        return reply.Answer is { } answer ? (answer.IsSecretWrong ? "secret" : null) : reply.Fault;
    }

    private static CaptchaVerdict Faulty(string fault) => new(IsSolved: false, Fault: fault);
}

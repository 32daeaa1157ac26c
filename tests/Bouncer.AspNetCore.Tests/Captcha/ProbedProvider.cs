using Bouncer.AspNetCore.Captcha;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>A provider that can be probed and answers as it is told: what clients meet and what our probes meet are two things.</summary>
internal sealed class ProbedProvider : IProbedProvider
{
    public CaptchaWidget Widget { get; } = new() { Field = "answer", Script = new Uri("https://captcha.example/api.js") };

    /// <summary>What a probe finds; null if the provider works.</summary>
    internal string? Found { get; set; }

    internal int Probes { get; private set; }

    /// <summary>Stands in for the answer to a probe.</summary>
    internal Func<CancellationToken, ValueTask<string?>>? OnProbe { get; set; }

    /// <summary>What clients get.</summary>
    internal CaptchaVerdict Verdict { get; set; }

    internal int Asked { get; private set; }

    public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => new((string?)null);

    public ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken)
    {
        Asked++;
        return new(Verdict);
    }

    public ValueTask<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        Probes++;
        return OnProbe is { } probe ? probe(cancellationToken) : new(Found);
    }
}

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>A captcha whose solution is the word "right"; does whatever it is told instead.</summary>
internal sealed class TrivialProvider : ICaptchaProvider
{
    internal const string ProviderName = "trivial";

    public CaptchaWidget Widget { get; init; } = new() { Field = "answer" };

    internal Func<CaptchaContext, CancellationToken, ValueTask<CaptchaVerdict>>? OnVerify { get; set; }

    internal List<CaptchaContext> Asked { get; } = [];

    public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) =>
        new(Widget.Script is null ? """{"say":"right"}""" : null);

    public ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken)
    {
        Asked.Add(context);
        return OnVerify is { } verify ? verify(context, cancellationToken) : new(new CaptchaVerdict(solution == "right"));
    }
}

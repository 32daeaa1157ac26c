namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>An answer, or a word that says why there is none.</summary>
internal readonly record struct SiteVerifyReply(SiteVerifyAnswer? Answer, string? Fault)
{
    internal static SiteVerifyReply Of(SiteVerifyAnswer answer) => new(answer, null);

    internal static SiteVerifyReply Failed(string fault) => new(null, fault);
}

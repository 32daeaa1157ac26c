namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>One request of a client that waits.</summary>
/// <param name="Context">The request.</param>
/// <param name="Sender">Whose address it comes from.</param>
/// <param name="Wait">How long clients wait.</param>
/// <param name="Referral">Whom the captcha was shown to.</param>
/// <param name="ReturnPath">Where the client goes then.</param>
/// <param name="MayGoOn">Whether the sender need not wait.</param>
internal readonly record struct WaitVisit(RemediationContext Context, ClientKey Sender, TimeSpan Wait, string Referral, string ReturnPath, bool MayGoOn);

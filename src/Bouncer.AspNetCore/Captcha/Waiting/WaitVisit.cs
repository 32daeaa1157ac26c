namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>One request of a client that waits.</summary>
/// <param name="Context">The request.</param>
/// <param name="Sender">The client that sent it.</param>
/// <param name="Wait">How long clients wait.</param>
/// <param name="Referral">The client to which the captcha was shown.</param>
/// <param name="ReturnPath">Where the client goes afterwards.</param>
/// <param name="MayGoOn">Whether the sender need not wait.</param>
internal readonly record struct WaitVisit(RemediationContext Context, ClientKey Sender, TimeSpan Wait, string Referral, string ReturnPath, bool MayGoOn);

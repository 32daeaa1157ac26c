namespace Bouncer.AspNetCore;

/// <summary>What a request gets that is to show a second factor although nobody is signed in.</summary>
public enum AnonymousFallback
{
    /// <summary>What a decision of type captcha comes to.</summary>
    Captcha = 0,

    /// <summary>The challenge of <see cref="MfaOptions.ChallengeScheme"/>: a login page, say.</summary>
    Challenge,

    /// <summary>What a decision of type ban comes to.</summary>
    Ban,
}

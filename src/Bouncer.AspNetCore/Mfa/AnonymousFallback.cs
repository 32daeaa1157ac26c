namespace Bouncer.AspNetCore;

/// <summary>The response to a request that requires a second factor if no user is signed in.</summary>
public enum AnonymousFallback
{
    /// <summary>The same as for a decision of type captcha.</summary>
    Captcha = 0,

    /// <summary>The challenge of <see cref="MfaOptions.ChallengeScheme"/>, for example a login page.</summary>
    Challenge,

    /// <summary>The same as for a decision of type ban.</summary>
    Ban,
}

using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>How a second factor is requested; section <c>Bouncer:Http:Mfa</c>.</summary>
public sealed class MfaOptions
{
    /// <summary>The type of the claim whose value is the user's name in decisions of scope <c>username</c>; case-sensitive. If set,
    /// decisions of that scope are also requested from LAPI.</summary>
    /// <value>When null: users are not matched. A claim where there was none takes effect at the next start.</value>
    public string? UserNameClaim { get; set; }

    /// <summary>The authentication scheme that identifies the signed-in user.</summary>
    /// <value>When null: the application's default scheme.</value>
    public string? AuthenticateScheme { get; set; }

    /// <summary>The scheme whose challenge requests the second factor if <see cref="StepUpPath"/> is not set.</summary>
    /// <value>When null: the application's default challenge, for anonymous clients only.</value>
    public string? ChallengeScheme { get; set; }

    /// <summary>The authorization policy that a user who has shown a second factor satisfies. If set, only this policy
    /// decides.</summary>
    /// <value>When null: <c>amr</c> contains <c>mfa</c> or <c>acr</c> is one of <see cref="AcrValues"/>, and <c>auth_time</c> is
    /// younger than <see cref="MaxAge"/>.</value>
    public string? Policy { get; set; }

    /// <summary>The values of the claim <c>acr</c> that mean a second factor; challenges request them.</summary>
    /// <value>When null: none.</value>
    public IList<string>? AcrValues { get; set; }

    /// <summary>How long a second factor is valid. It is checked again after at most an hour.</summary>
    /// <value>The default is 15 minutes; from 1 minute to 24 hours.</value>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The application's page that accepts the second factor; it receives <c>returnUrl</c>, a path of this site. The page
    /// and all paths below it stay open to clients that must show a second factor.</summary>
    /// <value>When null: <see cref="ChallengeScheme"/>.</value>
    public string? StepUpPath { get; set; }

    /// <summary>Paths that stay open, with all paths below them, to clients that must show a second factor: the login page, a
    /// scheme's callback, and the resources of these pages.</summary>
    /// <value>When null: none.</value>
    public IList<string>? OpenPaths { get; set; }

    /// <summary>The response to an anonymous client; also to a signed-in user if no step-up page or scheme is configured.</summary>
    /// <value>The default is <see cref="AnonymousFallback.Captcha"/>.</value>
    public AnonymousFallback AnonymousFallback { get; set; }
}

using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>How a second factor is demanded; section <c>Bouncer:Http:Mfa</c>.</summary>
public sealed class MfaOptions
{
    /// <summary>The type of the claim whose value is the user's name in decisions of scope <c>username</c>; compared exactly.
    /// Makes LAPI be asked for that scope.</summary>
    /// <value>When null: user names are not looked at. Takes effect at the next start.</value>
    public string? UserNameClaim { get; set; }

    /// <summary>The scheme that knows who is signed in.</summary>
    /// <value>When null: the application's default scheme.</value>
    public string? AuthenticateScheme { get; set; }

    /// <summary>The scheme whose challenge demands the second factor where there is no <see cref="StepUpPath"/>.</summary>
    /// <value>When null: the application's default challenge, for anonymous clients only.</value>
    public string? ChallengeScheme { get; set; }

    /// <summary>The authorization policy that a user meets who has shown a second factor. It alone decides.</summary>
    /// <value>When null: <c>amr</c> has <c>mfa</c> or <c>acr</c> is one of <see cref="AcrValues"/>, and <c>auth_time</c> is
    /// younger than <see cref="MaxAge"/>.</value>
    public string? Policy { get; set; }

    /// <summary>The values of the claim <c>acr</c> that stand for a second factor; asked for in challenges.</summary>
    /// <value>When null: none.</value>
    public IList<string>? AcrValues { get; set; }

    /// <summary>How long a second factor counts; never longer than an hour without being looked at again.</summary>
    /// <value>The default is 15 minutes; from 1 minute to 24 hours.</value>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The application's page that takes the second factor; it gets <c>returnUrl</c>, a path on this site. It and
    /// everything below it stays open to those who must go there.</summary>
    /// <value>When null: <see cref="ChallengeScheme"/>.</value>
    public string? StepUpPath { get; set; }

    /// <summary>Paths that, with everything below them, stay open to clients that must show a second factor: the login page, a
    /// scheme's callback, what those pages load.</summary>
    /// <value>When null: none.</value>
    public IList<string>? OpenPaths { get; set; }

    /// <summary>The response to an anonymous client; also to a signed-in user when no step-up page or scheme is configured.</summary>
    /// <value>The default is <see cref="AnonymousFallback.Captcha"/>.</value>
    public AnonymousFallback AnonymousFallback { get; set; }
}

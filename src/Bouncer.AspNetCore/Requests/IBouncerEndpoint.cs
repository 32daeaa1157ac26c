namespace Bouncer.AspNetCore.Requests;

/// <summary>A page of the bouncer's own, below <see cref="BouncerHttpOptions.PathPrefix"/>. It is shown to clients that are to
/// prove something and to those without a decision, not to banned ones, and the application never sees its requests.</summary>
internal interface IBouncerEndpoint : IRemediationHandler
{
    /// <summary>The query parameter that names the policy under which a page was asked for.</summary>
    internal const string PolicyParameter = "p";

    /// <summary>The query parameter with the <see cref="Referral"/> of the client that was sent to a page.</summary>
    internal const string ReferralParameter = "for";

    /// <summary>Its path below the prefix, which begins with a slash.</summary>
    string Path { get; }
}

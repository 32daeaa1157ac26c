namespace Bouncer.AspNetCore;

/// <summary>An endpoint of the bouncer, below <see cref="BouncerHttpOptions.PathPrefix"/>, where clients pass a challenge. One
/// instance serves all requests and must be thread-safe. Added with <c>AddEndpoint</c>.</summary>
/// <remarks>
/// The application never sees its requests. Clients can reach it while they have a challenge to pass or no decision at all; every
/// other remediation, such as a ban, is applied first. <see cref="RemediationContext.Remediation"/> is the newest challenge that
/// the client has to pass, or none. The response starts as for any <see cref="IRemediationHandler"/>: with status 403, and not to
/// be cached. The result is ignored: the response is always complete.
/// </remarks>
public interface IBouncerEndpoint : IRemediationHandler
{
    /// <summary>The query parameter that names the policy under which the endpoint is requested.</summary>
    internal const string PolicyParameter = "p";

    /// <summary>The query parameter with the <see cref="Bouncer.AspNetCore.Requests.Referral"/> of the client that was sent here.</summary>
    internal const string ReferralParameter = "for";

    /// <summary>The query parameter with the path that the client came from.</summary>
    internal const string ReturnParameter = "return";

    /// <summary>The path below the prefix. It begins with a slash; case is ignored. Read once, at startup.</summary>
    string Path { get; }
}

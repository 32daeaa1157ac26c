namespace Bouncer.AspNetCore;

/// <summary>A handler that lets a client through once it has passed a challenge at an <see cref="IBouncerEndpoint"/>. It never blocks
/// the client from the bouncer's endpoints.</summary>
public interface IChallengeHandler : IRemediationHandler;

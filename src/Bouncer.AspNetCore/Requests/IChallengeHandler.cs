namespace Bouncer.AspNetCore.Requests;

/// <summary>A handler that lets a client go on once it has proved something, on one of the bouncer's own pages: those it must
/// not keep the client from.</summary>
internal interface IChallengeHandler : IRemediationHandler;

namespace Bouncer.AspNetCore;

/// <summary>A feature of requests that came with a header in which proxies name their clients, whether it was believed or not.
/// What is meant for this machine alone must not be shown to them, and the headers themselves may be gone: the bouncer takes
/// those off that it used, or that nothing behind it may use.</summary>
/// <remarks>Set where the bouncer reads the headers: before everything else with <c>AddBouncer</c>, else at
/// <c>UseBouncer</c>.</remarks>
public interface IForwardedFeature
{
    /// <summary>Whether a proxy that is believed named the client, so that the connection's address is the client's.</summary>
    bool IsClientNamed { get; }
}

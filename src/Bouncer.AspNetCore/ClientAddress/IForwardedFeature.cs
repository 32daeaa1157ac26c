namespace Bouncer.AspNetCore;

/// <summary>A feature of requests that came with a header in which proxies name their clients, whether it was trusted or not. Do
/// not show such requests what is meant only for this machine. The headers themselves may be missing: the bouncer removes those
/// that it used, or that nothing after it may use.</summary>
/// <remarks>Set where the bouncer reads the headers: before everything else with <c>AddBouncer</c>, otherwise at
/// <c>UseBouncer</c>.</remarks>
public interface IForwardedFeature
{
    /// <summary>Whether a trusted proxy named the client, so that the connection's address is the client's.</summary>
    bool IsClientNamed { get; }
}

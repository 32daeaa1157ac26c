namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The family of a client's address.</summary>
internal enum ClientFamily
{
    /// <summary>There is no address.</summary>
    None = 0,

    IPv4,

    IPv6,
}

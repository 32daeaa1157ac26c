namespace Bouncer.AspNetCore;

/// <summary>Endpoint metadata that sets how the bouncer treats an endpoint. The last one on an endpoint, the most specific, takes
/// precedence.</summary>
public interface IBouncerMetadata
{
    /// <summary>The policy to apply; null for the default policy.</summary>
    string? PolicyName { get; }

    /// <summary>Whether the endpoint is not checked at all.</summary>
    bool Bypass { get; }
}

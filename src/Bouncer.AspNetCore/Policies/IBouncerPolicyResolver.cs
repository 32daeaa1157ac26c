using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Finds the policy of endpoints without <see cref="IBouncerMetadata"/>, for example those of a reverse proxy's routes.
/// Must be thread-safe.</summary>
/// <remarks>Called once per <see cref="Endpoint"/> object and settings; the result is cached as long as the endpoint lives. The
/// first registered resolver that returns a result wins.</remarks>
public interface IBouncerPolicyResolver
{
    /// <summary>Finds how an endpoint is treated.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>The metadata, or null to leave it to the next resolver and finally the default policy.</returns>
    IBouncerMetadata? Resolve(Endpoint endpoint);
}

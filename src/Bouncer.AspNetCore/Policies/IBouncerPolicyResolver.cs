using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Finds the policy of endpoints that carry no <see cref="IBouncerMetadata"/>: those of a reverse proxy's routes,
/// say. Safe for any number of threads.</summary>
/// <remarks>Asked once per <see cref="Endpoint"/> object and settings; the answer is kept as long as the endpoint lives.
/// Of several resolvers the first one registered that answers wins.</remarks>
public interface IBouncerPolicyResolver
{
    /// <summary>Says how an endpoint is treated.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>How, or null to leave it to the next resolver and at last the default policy.</returns>
    IBouncerMetadata? Resolve(Endpoint endpoint);
}

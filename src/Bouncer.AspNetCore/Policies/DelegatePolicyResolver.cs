using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Policies;

internal sealed class DelegatePolicyResolver(Func<Endpoint, IBouncerMetadata?> resolve) : IBouncerPolicyResolver
{
    public IBouncerMetadata? Resolve(Endpoint endpoint) => resolve(endpoint);
}

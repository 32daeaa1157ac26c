using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Model;

namespace Bouncer.Yarp;

/// <summary>Returns metadata for every endpoint of the proxy, so that a proxy whose pipeline lacks <c>UseBouncer</c> does not
/// start.</summary>
internal sealed class RouteMetadataPolicyResolver : IBouncerPolicyResolver
{
    public IBouncerMetadata? Resolve(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<RouteModel>() is { } route ? RouteBouncerMetadata.Read(route.Config) : null;
}

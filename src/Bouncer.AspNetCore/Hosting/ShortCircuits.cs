using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Detects endpoints that routing executes as soon as it has found them.</summary>
internal static class ShortCircuits
{
    private static readonly Type Mark = FindMark();

    /// <summary>Whether routing executes the endpoint itself, and not the middleware where the endpoints are placed.</summary>
    internal static bool Has(Endpoint? endpoint) => endpoint?.Metadata.Any(static item => item.GetType() == Mark) == true;

    /// <summary>Whether it only sets a status, as with <c>MapShortCircuit</c>: none of the application's code is
    /// executed.</summary>
    internal static bool IsStatusOnly(Endpoint? endpoint) =>
        endpoint?.RequestDelegate?.Target?.GetType().DeclaringType == typeof(RouteShortCircuitEndpointRouteBuilderExtensions);

    /// <remarks>The framework's type is internal, and is added to every endpoint that is so marked.</remarks>
    private static Type FindMark()
    {
        var marked = new Marked();
        marked.ShortCircuit();
        return marked.Metadata.Single().GetType();
    }

    private sealed class Marked : IEndpointConventionBuilder
    {
        private readonly RouteEndpointBuilder _endpoint = new(null, RoutePatternFactory.Parse("/"), 0);

        internal IList<object> Metadata => _endpoint.Metadata;

        public void Add(Action<EndpointBuilder> convention) => convention(_endpoint);
    }
}

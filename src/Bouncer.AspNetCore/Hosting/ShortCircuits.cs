using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Tells endpoints that routing executes as soon as it has found them.</summary>
internal static class ShortCircuits
{
    private static readonly Type Mark = FindMark();

    /// <summary>Whether routing executes it, and not what stands where the endpoints are.</summary>
    internal static bool Has(Endpoint? endpoint) => endpoint?.Metadata.Any(static item => item.GetType() == Mark) == true;

    /// <summary>Whether it is only a status, as <c>MapShortCircuit</c> makes it: nothing of the application's is executed.</summary>
    internal static bool IsStatusOnly(Endpoint? endpoint) =>
        endpoint?.RequestDelegate?.Target?.GetType().DeclaringType == typeof(RouteShortCircuitEndpointRouteBuilderExtensions);

    /// <remarks>The framework keeps the type to itself, and gives it to every endpoint that is so marked.</remarks>
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

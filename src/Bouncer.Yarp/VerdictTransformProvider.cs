using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Bouncer.Yarp;

/// <summary>Has every route checked when it is loaded, and tell its upstream the verdict.</summary>
/// <remarks>Checks here because this is the place where YARP asks others for errors of a route, and adds them to its own.</remarks>
internal sealed class VerdictTransformProvider(IOptions<YarpBouncerOptions> options, BouncerRouteValidator validator) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context) => validator.Validate(context.Route, context.Errors);

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context) =>
        context.RequestTransforms.Add(new VerdictTransform(
            options.Value.VerdictHeaderName, RouteBouncerMetadata.Read(context.Route).Bypass));
}

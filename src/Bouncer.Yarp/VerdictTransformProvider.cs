using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Bouncer.Yarp;

/// <summary>Validates every route when it is loaded, and adds the verdict to its requests.</summary>
/// <remarks>Validates here because YARP adds the errors from transform providers to its own.</remarks>
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

using Bouncer.AspNetCore;


namespace Microsoft.AspNetCore.Builder;

/// <summary>Sets how the bouncer treats endpoints. An endpoint's own setting takes precedence over its group's.</summary>
public static class BouncerEndpointConventionBuilderExtensions
{
    private static readonly BouncerAttribute DefaultPolicy = new();
    private static readonly BypassBouncerAttribute Bypass = new();

    /// <summary>Applies the default policy to the endpoints.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    public static TBuilder RequireBouncer<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(DefaultPolicy);

    /// <summary>Applies a named policy to the endpoints. An undefined name prevents the start.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="policyName">The policy's name; not empty.</param>
    public static TBuilder RequireBouncer<TBuilder>(this TBuilder builder, string policyName)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BouncerAttribute(policyName));

    /// <summary>Exempts the endpoints: every client can reach them.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    public static TBuilder BypassBouncer<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Bypass);
}

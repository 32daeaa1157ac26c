using Bouncer.AspNetCore;


namespace Microsoft.AspNetCore.Builder;

/// <summary>Says how the bouncer treats endpoints. What is said on an endpoint wins over what is said on its group.</summary>
public static class BouncerEndpointConventionBuilderExtensions
{
    private static readonly BouncerAttribute DefaultPolicy = new();
    private static readonly BypassBouncerAttribute Bypass = new();

    /// <summary>Has the endpoints checked by the default policy.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    public static TBuilder RequireBouncer<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(DefaultPolicy);

    /// <summary>Has the endpoints checked by a named policy. A name nobody defined stops the start.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="policyName">The policy's name; not empty.</param>
    public static TBuilder RequireBouncer<TBuilder>(this TBuilder builder, string policyName)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BouncerAttribute(policyName));

    /// <summary>Lets every client reach the endpoints.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    public static TBuilder BypassBouncer<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Bypass);
}

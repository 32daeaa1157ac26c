using Bouncer;
using Bouncer.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extends the configuration of a bouncer in a web application.</summary>
public static partial class BouncerHttpBuilderExtensions
{
    /// <summary>Changes the web layer's options after the configuration was read.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    public static IBouncerBuilder ConfigureHttp(this IBouncerBuilder builder, Action<BouncerHttpOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddBouncerHttp();
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Has CrowdSec's web application firewall, AppSec, inspect requests.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, after the configuration was read.</param>
    public static IBouncerBuilder AddAppSec(this IBouncerBuilder builder, Action<AppSecOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureHttp(options => configure(options.AppSec));
    }

    /// <summary>Has CrowdSec's web application firewall, AppSec, inspect requests.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="url">Its URL, such as <c>http://127.0.0.1:7422/</c>.</param>
    public static IBouncerBuilder AddAppSec(this IBouncerBuilder builder, Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return builder.AddAppSec(options => options.Url = url);
    }

    /// <summary>Defines a policy, or adds to the configuration's policy of that name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The policy's name; case-insensitive.</param>
    /// <param name="configure">Defines the policy.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddPolicy(this IBouncerBuilder builder, string name, Action<BouncerPolicyBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureHttp(options => configure(new BouncerPolicyBuilder(options.Policy(name))));
    }
}

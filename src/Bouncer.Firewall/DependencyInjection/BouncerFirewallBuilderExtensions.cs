using Bouncer;
using Bouncer.Configuration;
using Bouncer.Firewall;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.DependencyInjection;
using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.HealthChecks;
using Bouncer.Firewall.Protection;
using Bouncer.Firewall.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the system's firewall to a bouncer.</summary>
public static class BouncerFirewallBuilderExtensions
{
    /// <summary>Adds the firewall: nftables on Linux, Windows Firewall on Windows. It is updated while the host runs;
    /// <see cref="IFirewall"/> has its state.</summary>
    /// <remarks>The settings are read from section <c>Firewall</c> of the builder's section, then changed by
    /// <paramref name="configure"/>. Calling it again adds settings and registers nothing twice. On another operating system the
    /// host does not start.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options after the configuration was read.</param>
    public static IBouncerBuilder AddFirewall(this IBouncerBuilder builder, Action<FirewallOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (builder.Section is { } section)
        {
            services.BindSection<FirewallOptions>(section, "Firewall", FirewallOptionsSection.Bind);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<IFirewallBackend>(SystemFirewall.Create);
        services.TryAddSingleton<INetworkView, SystemNetworkView>();
        if (services.Any(service => service.ServiceType == typeof(FirewallEngine)))
        {
            return builder;
        }

        services.AddOptionsWithValidateOnStart<FirewallOptions>();
        services.AddSingleton<IValidateOptions<FirewallOptions>, FirewallOptionsValidator>();
        services.AddSingleton<IValidateOptions<BouncerOptions>>(provider => new EngineOptionsValidator(builder.Section?.Invoke(provider)));
        services.AddSingleton<ListedTypes>();
        services.AddSingleton<BlockListUpdater>();
        services.AddSingleton<ProtectedNetworks>();
        services.AddSingleton<FirewallSink>();
        services.AddSingleton<IDecisionSink>(static provider => provider.GetRequiredService<FirewallSink>());
        services.AddSingleton<FirewallEngine>();
        services.AddSingleton<IFirewall>(static provider => provider.GetRequiredService<FirewallEngine>());
        services.AddSingleton<FirewallMetrics>();
        services.AddBouncerHealthCheck<FirewallHealthCheck>("bouncer-firewall");
        services.AddHostedService<FirewallService>();
        services.AddHostedService<TypeCheck>();

        // The engine follows these while it runs; what is never blocked is found at the start.
        services.AddSingleton(new AdapterSection("TrustedNetworks") { IsReadOnce = true });
        services.AddSingleton(new AdapterSection("Lapi:Url") { IsReadOnce = true });
        services.AddSingleton(new AdapterSection("Lapi:Proxy") { IsReadOnce = true });
        services.AddSingleton(new AdapterSection("Firewall") { IsReadOnce = true, Keys = [.. SettingsSchema.KeysBelow(SettingsSchema.Root)] });
        return builder;
    }
}

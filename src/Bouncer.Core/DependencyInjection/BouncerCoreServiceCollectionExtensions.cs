using Bouncer;
using Bouncer.Configuration;
using Bouncer.DependencyInjection;
using Bouncer.Engine;
using Bouncer.Lapi;
using Bouncer.Lookup;
using Bouncer.Settings;
using Bouncer.Snapshots;
using Bouncer.Sync;
using Bouncer.Telemetry;
using Bouncer.UsageMetrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the bouncer's engine: synchronisation, decision store and <see cref="IBouncer"/>.</summary>
/// <remarks>Calling these methods again adds settings and registers nothing twice. Earlier registrations stay, so an
/// <see cref="IBouncer"/> or <see cref="TimeProvider"/> of your own replaces the built-in one.</remarks>
public static class BouncerCoreServiceCollectionExtensions
{
    private const string RootSection = "Bouncer";

    /// <summary>Registers the engine with the settings of section <c>Bouncer</c> of the host's configuration.</summary>
    /// <param name="services">The services.</param>
    public static IBouncerBuilder AddBouncerCore(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.BindSection<BouncerOptions>(Root, "", BouncerOptionsSection.Bind, unlessBound: true);
        services.TryAddEnumerable(ChangesOf(Root));
        return AddEngine(services, Root);
    }

    /// <summary>Registers the engine with the settings of a section.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section that holds <c>Lapi</c>, <c>Sync</c> and the rest.</param>
    public static IBouncerBuilder AddBouncerCore(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.BindSection<BouncerOptions>(_ => section, "", BouncerOptionsSection.Bind);
        services.Add(ChangesOf(_ => section));
        return AddEngine(services, _ => section);
    }

    /// <summary>Registers the engine with settings made in code.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IBouncerBuilder AddBouncerCore(this IServiceCollection services, Action<BouncerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return AddEngine(services, null);
    }

    private static IConfigurationSection Root(IServiceProvider provider) => provider.GetRequiredService<IConfiguration>().GetSection(RootSection);

    private static ServiceDescriptor ChangesOf(Func<IServiceProvider, IConfiguration> section) =>
        ServiceDescriptor.Singleton<IOptionsChangeTokenSource<BouncerOptions>, ConfigurationChangeTokenSource<BouncerOptions>>(
            provider => new ConfigurationChangeTokenSource<BouncerOptions>(section(provider)));

    private static BouncerBuilder AddEngine(IServiceCollection services, Func<IServiceProvider, IConfiguration>? section)
    {
        var builder = new BouncerBuilder(services, section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IBouncer, BouncerEngine>();
        services.TryAddSingleton<IDecisionStore, DecisionStoreView>();
        if (services.Any(service => service.ServiceType == typeof(DecisionStore)))
        {
            return builder;
        }

        services.AddLogging();
        services.AddMetrics();
        services.AddHostedService<EarlyValidation>();
        services.AddOptionsWithValidateOnStart<BouncerOptions>();
        services.AddSingleton<IValidateOptions<BouncerOptions>, BouncerOptionsValidator>();
        services.AddSingleton<IOptionsMonitor<BouncerOptions>, SettingsMonitor>();
        services.AddHttpClient(LapiHttpClient.Name).ConfigureForLapi();
        services.AddSingleton(static provider =>
        {
            var settings = provider.GetRequiredService<IOptionsMonitor<BouncerOptions>>();
            return new SettingsInUse(() => settings.CurrentValue);
        });
        services.AddSingleton<ILapiClient>(static provider => new LapiClient(
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<SettingsInUse>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new RemediationSeverities(
            provider.GetServices<RemediationDefinition>(),
            new Remediation(provider.Settings().FallbackRemediation)));
        services.AddSingleton(static provider => new DecisionStore(
            provider.GetRequiredService<RemediationSeverities>(),
            provider.Settings().Sync.MaxDecisions,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new SyncState(provider.Settings().Sync.Mode, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new SyncSchedule(provider.GetRequiredService<SettingsInUse>(), Random.Shared, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new EmbeddedIPv4(provider.Settings().EmbeddedIPv4));
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<LapiFailover>(provider, Random.Shared));
        services.AddSingleton<SyncMetrics>();
        services.AddSingleton<DecisionSinkDispatcher>();
        services.AddSingleton<DecisionPuller>();
        services.AddSingleton<PullMarks>();
        services.AddSingleton<SnapshotKeeper>();
        services.AddSingleton<TypeNotes>();
        services.AddSingleton<UnusableNotes>();
        services.AddSingleton<FilterCheck>();
        services.AddSingleton<LapiQuestions>();
        services.AddSingleton<ListAudit>();
        services.AddSingleton<IdAudit>();
        services.AddSingleton<ValueAudit>();
        services.AddSingleton<IdWatermark>();
        services.AddSingleton<EndWatch>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<EndAudit>(provider, Random.Shared));
        services.AddSingleton<DifferenceWatch>();
        services.AddSingleton<SharedKeyWatch>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<DecisionLedger>(provider, Random.Shared));
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<ListProof>(provider, Random.Shared));
        services.AddSingleton<LiveLookup>();
        services.AddHostedService<LiveRecovery>();
        services.AddSingleton<OriginNames>();
        services.AddSingleton<UsageInstruments>();
        services.AddSingleton<UsageWindow>();
        services.AddSingleton<HeldDecisions>();
        services.AddSingleton<UsageReport>();
        services.AddSingleton<UsageSender>();
        services.AddHostedService<UsageReporter>();
        services.AddSingleton<IHostedService, DecisionSynchronizer>();
        if (section is not null)
        {
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<RestartWatch>(provider, section(provider)));
        }

        return builder;
    }

    private static BouncerOptions Settings(this IServiceProvider provider) => provider.GetRequiredService<IOptions<BouncerOptions>>().Value;
}

using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.AppSec;
using Bouncer.AspNetCore.Ban;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Explanations;
using Bouncer.AspNetCore.Geo;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Mfa;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Scopes;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Throttle;
using Bouncer.Configuration;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the bouncer for a web application; <c>app.UseBouncer()</c> adds it to the pipeline.</summary>
/// <remarks>Calling any of these methods again adds settings and registers nothing twice. Earlier registrations are
/// kept.</remarks>
public static class BouncerServiceCollectionExtensions
{
    private const string RootSection = "Bouncer";

    /// <summary>Registers the bouncer with the settings of section <c>Bouncer</c> of the application's configuration.</summary>
    /// <param name="services">The services.</param>
    public static IBouncerBuilder AddBouncer(this IServiceCollection services)
    {
        var builder = services.AddBouncerCore();
        services.BindBouncerHttp();
        return builder.AddHttp();
    }

    /// <summary>Registers the bouncer with the settings of a section.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section that contains <c>Lapi</c>, <c>Sync</c>, <c>Http</c> and the rest.</param>
    public static IBouncerBuilder AddBouncer(this IServiceCollection services, IConfiguration section)
    {
        var builder = services.AddBouncerCore(section);
        services.BindSection<BouncerHttpOptions>(_ => section, "Http", BouncerHttpOptionsSection.Bind);
        services.AddSingleton<IOptionsChangeTokenSource<BouncerHttpOptions>>(new HttpSectionChanges(section));
        services.BindSection<ProxyOptions>(_ => section, "Proxies", ProxyOptionsSection.Bind);
        services.AddSingleton<IOptionsChangeTokenSource<ProxyOptions>>(new ConfigurationChangeTokenSource<ProxyOptions>(section));
        return builder.AddHttp();
    }

    /// <summary>Registers the bouncer with settings from code; set those of the web layer with <c>ConfigureHttp</c>. The proxies
    /// are still read from section <c>Bouncer:Proxies</c> of the application's configuration, if it has one, as they depend on
    /// where the application runs.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IBouncerBuilder AddBouncer(this IServiceCollection services, Action<BouncerOptions> configure)
    {
        var builder = services.AddBouncerCore(configure);
        if (services.All(service => service.ServiceType != typeof(IOptionsChangeTokenSource<ProxyOptions>)))
        {
            services.BindProxies();
        }

        return builder.AddHttp();
    }

    private static IBouncerBuilder AddHttp(this IBouncerBuilder builder)
    {
        builder.Services.AddBouncerHttp();
        return builder;
    }

    /// <summary>Reads the web layer's settings from the application's configuration.</summary>
    internal static void BindBouncerHttp(this IServiceCollection services)
    {
        services.BindSection<BouncerHttpOptions>(
            static provider => provider.GetRequiredService<IConfiguration>().GetSection(RootSection), "Http", BouncerHttpOptionsSection.Bind, unlessBound: true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOptionsChangeTokenSource<BouncerHttpOptions>, HttpSectionChanges>(
            static provider => new HttpSectionChanges(provider.GetRequiredService<IConfiguration>().GetSection(RootSection))));
        services.BindProxies();
    }

    private static void BindProxies(this IServiceCollection services)
    {
        services.BindSection<ProxyOptions>(static provider => ConfigurationOf(provider).GetSection(RootSection), "Proxies", ProxyOptionsSection.Bind, unlessBound: true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOptionsChangeTokenSource<ProxyOptions>, ConfigurationChangeTokenSource<ProxyOptions>>(
            static provider => new ConfigurationChangeTokenSource<ProxyOptions>(ConfigurationOf(provider))));
    }

    /// <summary>Hosts register a configuration; a separate service collection may not have one.</summary>
    private static IConfiguration ConfigurationOf(IServiceProvider provider) =>
        provider.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build();

    /// <summary>Registers only the web layer; does nothing the second time.</summary>
    internal static void AddBouncerHttp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        if (services.Any(service => service.ServiceType == typeof(BouncerMarkerService)))
        {
            return;
        }

        services.AddSingleton<BouncerMarkerService>();
        services.AddSingleton(new AdapterSection("Http") { Keys = [.. SettingsSchema.KeysBelow(SettingsSchema.Root)] });
        services.AddOptionsWithValidateOnStart<BouncerOptions>();
        services.AddOptionsWithValidateOnStart<BouncerHttpOptions>();
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, BouncerHttpOptionsValidator>();
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, RemediationsValidator>();
        services.AddSingleton<IValidateOptions<BouncerOptions>, RemediationsValidator>();
        services.AddSingleton<ReloadGuard>();
        services.AddSingleton<HttpSettingsProvider>();
        services.AddSingleton<BouncerHttpMetrics>();
        services.AddSingleton<RefusalWriter>();
        services.AddSingleton<GcraRateLimiter>();
        services.AddKeyedSingleton<GcraRateLimiter>(GcraRateLimiter.OfChallenges);
        services.AddSingleton<Referrals>();
        services.AddSingleton<RemediationRegistry>();
        services.AddSingleton<BouncerEndpoints>();
        services.AddSingleton<PolicyEvaluator>();
        services.AddSingleton<IBouncerExplainer, BouncerExplainer>();
        services.AddSingleton<RemediationServices>();
        services.AddSingleton<RemediationRecorder>();
        services.AddSingleton<RemediationExecutor>();
        services.AddClientAddress();
        services.AddScopes();
        services.AddGeo();
        services.AddClearance();
        services.AddBan();
        services.AddThrottle();
        services.AddCaptcha();
        services.AddMfa();
        services.AddAppSecInspection();
        services.AddOpenConnections();
        services.AddPipelineChecks();
    }
}

using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Remediations.Ban;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;
using Bouncer.AspNetCore.Remediations.Captcha.Waiting;
using Bouncer.AspNetCore.Remediations.Clearance;
using Bouncer.AspNetCore.Remediations.Mfa;
using Bouncer.AspNetCore.Remediations.Throttle;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Scopes;
using Bouncer.AspNetCore.Settings;
using Bouncer.AspNetCore.Startup;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the bouncer for a web application; <c>app.UseBouncer()</c> puts it into the pipeline.</summary>
/// <remarks>Calling any of these again adds settings and registers nothing twice. What is registered before stays.</remarks>
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
    /// <param name="section">The section that holds <c>Lapi</c>, <c>Sync</c>, <c>Http</c> and the rest.</param>
    public static IBouncerBuilder AddBouncer(this IServiceCollection services, IConfiguration section)
    {
        var builder = services.AddBouncerCore(section);
        services.AddSingleton<IConfigureOptions<BouncerHttpOptions>>(new BouncerHttpOptionsBinder(section));
        services.AddSingleton<IOptionsChangeTokenSource<BouncerHttpOptions>>(new HttpSectionChanges(section));
        services.AddSingleton<IConfigureOptions<ProxyOptions>>(new ProxyOptionsBinder(section));
        services.AddSingleton<IOptionsChangeTokenSource<ProxyOptions>>(new ConfigurationChangeTokenSource<ProxyOptions>(section));
        return builder.AddHttp();
    }

    /// <summary>Registers the bouncer with settings made in code; those of the web layer with <c>ConfigureHttp</c>. The proxies
    /// are still read from section <c>Bouncer:Proxies</c> of the application's configuration, if it has one: which they are
    /// depends on where the application runs.</summary>
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
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<BouncerHttpOptions>, BouncerHttpOptionsBinder>(
            static provider => new BouncerHttpOptionsBinder(provider.GetRequiredService<IConfiguration>().GetSection(RootSection))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOptionsChangeTokenSource<BouncerHttpOptions>, HttpSectionChanges>(
            static provider => new HttpSectionChanges(provider.GetRequiredService<IConfiguration>().GetSection(RootSection))));
        services.BindProxies();
    }

    private static void BindProxies(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ProxyOptions>, ProxyOptionsBinder>(
            static provider => new ProxyOptionsBinder(ConfigurationOf(provider).GetSection(RootSection))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOptionsChangeTokenSource<ProxyOptions>, ConfigurationChangeTokenSource<ProxyOptions>>(
            static provider => new ConfigurationChangeTokenSource<ProxyOptions>(ConfigurationOf(provider))));
    }

    /// <summary>Hosts have one; a service collection of its own need not.</summary>
    private static IConfiguration ConfigurationOf(IServiceProvider provider) =>
        provider.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build();

    /// <summary>Registers the web layer alone; nothing the second time.</summary>
    internal static void AddBouncerHttp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClientAddressResolver, ConnectionAddressResolver>();
        services.TryAddSingleton<IBanPageRenderer, TemplateBanPageRenderer>();
        if (services.Any(service => service.ServiceType == typeof(HttpLayer)))
        {
            return;
        }

        services.AddSingleton<HttpLayer>();
        services.AddOptionsWithValidateOnStart<BouncerOptions>();
        services.AddOptionsWithValidateOnStart<BouncerHttpOptions>();
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, BouncerHttpOptionsValidator>();
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, RemediationsValidator>();
        services.AddSingleton<IValidateOptions<BouncerOptions>, RemediationsValidator>();
        services.AddSingleton<HttpSettingsSource>();
        services.AddSingleton<IBanSettingsSource>(static provider => provider.GetRequiredService<HttpSettingsSource>());
        services.AddSingleton<ICaptchaSettingsSource>(static provider => provider.GetRequiredService<HttpSettingsSource>());
        services.AddSingleton<ISiteVerifySettingsSource>(static provider => provider.GetRequiredService<HttpSettingsSource>());
        services.AddSingleton<IThrottleSettingsSource>(static provider => provider.GetRequiredService<HttpSettingsSource>());
        services.AddSingleton<IUnresolvedPageSource>(static provider => provider.GetRequiredService<HttpSettingsSource>());
        services.AddSingleton<BouncerHttpMetrics>();
        services.AddProxies();
        services.AddSingleton<RefusalWriter>();
        services.AddSingleton<RateTable>();
        services.AddSingleton<BanHandler>();
        services.AddSingleton(new RemediationRegistration(Remediation.Ban, static provider => provider.GetRequiredService<BanHandler>()));
        if (services.All(service => service.ServiceType != typeof(IDataProtectionProvider)))
        {
            services.AddDataProtection();
        }

        services.AddSingleton<IMfaSettingsSource>(static provider => provider.GetRequiredService<HttpSettingsSource>());
        services.AddSingleton<StepUpChallenge>();
        services.AddSingleton<MfaHandler>();
        services.AddSingleton(new RemediationRegistration(Remediation.Mfa, static provider => provider.GetRequiredService<MfaHandler>()));
        services.AddSingleton<IStepUp, StepUp>();
        services.AddSingleton<IPostConfigureOptions<CookieAuthenticationOptions>, SessionMarker>();
        services.AddSingleton<CodeGuard>();
        services.TryAddSingleton<IOneTimeCodes, OneTimeCodes>();
        services.AddSingleton(new ReadOnceSection("Http:Mfa:UserNameClaim"));
        services.AddSingleton<UserNameResolver>();
        services.AddSingleton<ScopeResolvers>();
        services.AddSingleton<ScopeMatcher>();
        services.AddSingleton<IPostConfigureOptions<BouncerOptions>, ScopeSubscription>();
        services.AddSingleton<ClearanceProtector>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<ClearanceCookie>();
        services.AddSingleton<ClearanceKeys>();
        services.AddCaptcha();
        services.AddSingleton<ThrottleHandler>();
        services.AddSingleton(new RemediationRegistration(Remediation.Throttle, static provider => provider.GetRequiredService<ThrottleHandler>()));
        services.AddSingleton<RemediationRegistry>();
        services.AddSingleton<OwnPages>();
        services.AddSingleton<PolicyJudge>();
        services.AddSingleton<RemediationRunner>();
        services.AddSingleton<OpenRequests>();
        services.AddSingleton<OpenClientJudge>();
        services.AddSingleton<OpenRequestSweep>();
        services.AddHostedService<OpenRequestWatch>();
        services.AddSingleton(static _ => new BouncerPipelineStatus());
        services.AddSingleton<PipelineWatch>();
        services.AddSingleton<PipelineCheck>();
        services.AddSingleton<ProxyTrustCheck>();
        services.AddSingleton<PassByRules>();
        services.AddSingleton<PassByWatch>();
        services.AddSingleton<IStartupFilter, PassByFilter>();
        services.AddHostedService<PipelineCheckService>();
        services.AddHostedService<RuleCheck>();
    }

    private static void AddProxies(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ProxyOptions>();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        services.AddSingleton(new ReadOnceSection("Proxies:ProxyProtocol"));
        services.AddSingleton<KnownProxies>();
        services.AddSingleton<ProxyTrustMonitor>();
        services.AddSingleton<AddressNotices>();
        services.AddSingleton<ForwardedWalk>();
        services.AddSingleton<UnresolvedHandler>();
        services.AddSingleton(new RemediationRegistration(UnresolvedHandler.Refuse, static provider => provider.GetRequiredService<UnresolvedHandler>()));

        // The first in the list is the first in the pipeline: before the one that the host adds for the framework's own walk.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ForwardedWalkFilter>());
    }

    private static void AddCaptcha(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, CaptchaProviderValidator>();
        services.AddCaptchaProviders();
        services.AddSingleton<CaptchaProviderNames>();
        services.AddSingleton<CaptchaProviders>();
        services.AddSingleton<CaptchaFaults>();
        services.AddSingleton<CaptchaDesk>();
        services.AddSingleton<CaptchaLimiter>();
        services.AddSingleton<CaptchaSlips>();
        services.AddSingleton<CaptchaPageWriter>();
        services.AddSingleton<CaptchaScreen>();
        services.AddSingleton<WaitTickets>();
        services.AddSingleton<WaitBounds>();
        services.AddSingleton<SpentWaits>();
        services.AddSingleton<WaitProvider>();
        services.AddSingleton<WaitPageWriter>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<ChallengeProblem>();
        services.AddSingleton<CaptchaHandler>();
        services.AddSingleton<IOwnPage, CaptchaPage>();
        services.AddSingleton<IOwnPage, CaptchaTaskPage>();
        services.AddSingleton(new RemediationRegistration(Remediation.Captcha, static provider => provider.GetRequiredService<CaptchaHandler>()));
    }
}

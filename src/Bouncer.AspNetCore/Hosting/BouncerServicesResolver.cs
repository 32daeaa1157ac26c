using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Bouncer.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Finds the services of an application's bouncer, or builds them if <c>AddBouncer</c> was not called. Once per
/// application, however often <c>UseBouncer</c> is called.</summary>
internal static class BouncerServicesResolver
{
    private static readonly ConditionalWeakTable<object, BouncerServices> ByApplication = [];

    internal static BouncerServices For(IServiceProvider application) => ByApplication.GetValue(KeyOf(application), _ =>
    {
        var runtime = Create(application);
        ProxyProtocolEndpoints.Apply(application, runtime.Services);
        return runtime;
    });

    /// <remarks>Kestrel and the pipeline hold different providers of one container: only a service that it creates once shows
    /// that they belong to one application. Some containers create even their scope factory several times; only then is the
    /// host's lifetime the key, as the tenants of one host may share it.</remarks>
    private static object KeyOf(IServiceProvider application)
    {
        var factory = application.GetRequiredService<IServiceScopeFactory>();
        using var scope = factory.CreateScope();
        return scope.ServiceProvider.GetService<IServiceScopeFactory>() == factory ? factory
            : application.GetService<IHostApplicationLifetime>() ?? (object)factory;
    }

    private static BouncerServices Create(IServiceProvider application)
    {
        var hasEngine = HasEngine(application);
        if (hasEngine && application.GetService<BouncerMarkerService>() is { } layer)
        {
            // The pipeline may have been given a scope's provider, which is disposed before the application stops.
            return new BouncerServices(layer.Services, null);
        }

        var services = new ServiceCollection();
        Forward(application, services);
        if (hasEngine)
        {
            Forward<IDecisionStore>(application, services);
            services.AddSingleton(application.GetRequiredService<IBouncer>());
            services.AddSingleton(application.GetRequiredService<IOptions<BouncerOptions>>());
            services.AddSingleton(application.GetRequiredService<IOptionsMonitor<BouncerOptions>>());
            if (application.GetService<EmbeddedIPv4>() is { } embedded)
            {
                services.AddSingleton(embedded);
            }

            services.AddLogging().AddMetrics().AddBouncerHttp();
            services.BindBouncerHttp();
        }
        else if (HasSettings(application.GetService<IConfiguration>()))
        {
            services.AddBouncer();
        }
        else
        {
            throw new InvalidOperationException(
                "The bouncer has no settings: add section 'Bouncer:Lapi' (Url and ApiKey) to the configuration, or call builder.Services.AddBouncer(…).");
        }

        return Start(services.BuildServiceProvider(), application.GetService<IHostApplicationLifetime>());
    }

    /// <summary>Whether there is enough to start: LAPI, or the mode in which there is none.</summary>
    private static bool HasSettings(IConfiguration? configuration) =>
        configuration is not null && (configuration.GetSection("Bouncer:Lapi").Exists() || configuration.GetSection("Bouncer:Sync:Mode").Exists());

    /// <remarks>Creating an engine reads its settings, which the host has to validate first. Not every container can tell what is
    /// registered without creating it.</remarks>
    private static bool HasEngine(IServiceProvider application) =>
        application.GetService<IServiceProviderIsService>()?.IsService(typeof(IBouncer)) ?? application.GetService<IBouncer>() is not null;

    private static BouncerServices Start(ServiceProvider inner, IHostApplicationLifetime? lifetime)
    {
        try
        {
            InvalidSettingsException.ThrowIfAny(inner.GetService<IStartupValidator>());
        }
        catch
        {
            inner.Dispose();
            throw;
        }

        return new BouncerServices(inner, new EmbeddedHost(inner, lifetime));
    }

    private static void Forward(IServiceProvider application, ServiceCollection services)
    {
        Forward<IConfiguration>();
        Forward<ILoggerFactory>();
        Forward<IMeterFactory>();
        Forward<TimeProvider>();
        Forward<IHostApplicationLifetime>();
        Forward<IHostEnvironment>();
        Forward<EndpointDataSource>();
        Forward<IProblemDetailsService>();
        Forward<IAuthenticationSchemeProvider>();
        Forward<IClientAddressResolver>();
        Forward<IOptions<ForwardedHeadersOptions>>();
        if (Forward<IDataProtectionProvider>())
        {
            // Options can always be resolved, but only where their owner is registered have they been configured.
            Forward<IOptions<KeyManagementOptions>>();
        }

        foreach (var resolver in application.GetServices<IBouncerPolicyResolver>())
        {
            services.AddSingleton(resolver);
        }

        bool Forward<T>()
            where T : class => BouncerServicesResolver.Forward<T>(application, services);
    }

    private static bool Forward<T>(IServiceProvider application, ServiceCollection services)
        where T : class
    {
        if (application.GetService<T>() is not { } service)
        {
            return false;
        }

        services.AddSingleton(service);
        return true;
    }
}

using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using System.Diagnostics.Metrics;

namespace Bouncer.AspNetCore.Startup;

/// <summary>The services a middleware works with: the application's own, or an inner host's where <c>AddBouncer</c> was
/// not called. One per application, however often <c>UseBouncer</c> is.</summary>
/// <param name="Services">Where the bouncer's services are.</param>
/// <param name="Inner">The inner host, if there is one.</param>
internal sealed record BouncerRuntime(IServiceProvider Services, InnerHost? Inner)
{
    private static readonly ConditionalWeakTable<IServiceProvider, BouncerRuntime> ByApplication = [];

    internal static BouncerRuntime Of(IServiceProvider application) => ByApplication.GetValue(application, Create);

    private static BouncerRuntime Create(IServiceProvider application)
    {
        var registered = application.GetRequiredService<IServiceProviderIsService>();
        if (registered.IsService(typeof(HttpLayer)))
        {
            return new BouncerRuntime(application, null);
        }

        var services = new ServiceCollection();
        Forward(application, services);
        if (registered.IsService(typeof(IBouncer)))
        {
            services.AddSingleton(application.GetRequiredService<IBouncer>());
            services.AddLogging().AddMetrics().AddBouncerHttp();
        }
        else if (application.GetService<IConfiguration>()?.GetSection("Bouncer:Lapi").Exists() == true)
        {
            services.AddBouncer();
        }
        else
        {
            throw new InvalidOperationException(
                "The bouncer has no settings: give section 'Bouncer:Lapi' (Url and ApiKey) in the configuration, or call builder.Services.AddBouncer(…).");
        }

        return Start(services.BuildServiceProvider(), application.GetService<IHostApplicationLifetime>());
    }

    private static BouncerRuntime Start(ServiceProvider inner, IHostApplicationLifetime? lifetime)
    {
        try
        {
            inner.GetService<IStartupValidator>()?.Validate();
        }
        catch (AggregateException several) when (several.InnerExceptions.All(error => error is OptionsValidationException))
        {
            inner.Dispose();
            throw new OptionsValidationException(
                "Bouncer", typeof(BouncerOptions), several.InnerExceptions.SelectMany(error => ((OptionsValidationException)error).Failures));
        }
        catch (OptionsValidationException)
        {
            inner.Dispose();
            throw;
        }

        return new BouncerRuntime(inner, new InnerHost(inner, lifetime));
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
        Forward<IOptions<ForwardedHeadersOptions>>();

        void Forward<T>()
            where T : class
        {
            if (application.GetService<T>() is { } service)
            {
                services.AddSingleton(service);
            }
        }
    }
}

using Bouncer.AspNetCore;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the bouncer to a pipeline.</summary>
public static class BouncerApplicationBuilderExtensions
{
    /// <summary>Checks the client of every request, and refuses clients with a CrowdSec decision.</summary>
    /// <remarks> Call it before any middleware that is expensive or responds. Behind a proxy, name the proxy in section
    /// <c>Bouncer:Proxies</c>. No other line is needed if the configuration has section <c>Bouncer:Lapi</c>; the engine then runs
    /// inside, starts with the application, and the first requests wait for the first synchronisation, at most
    /// <see cref="Bouncer.SyncOptions.StartupTimeout"/>. With <c>AddBouncer</c> the application's host runs it. While LAPI is down,
    /// the decisions held stay in effect, and clients without one pass unless <see cref="BouncerHttpOptions.WhenUnavailable"/> is
    /// set. May be called in several branches: there is one engine, and a request that passes two of them is checked once, unless
    /// the second applies another policy or sees another address or user. A throttle always charges a request once under each
    /// policy, even when the pipeline runs again for an error page. </remarks>
    /// <param name="app">The pipeline.</param>
    /// <exception cref="OptionsValidationException">The settings are invalid; the message contains every error.</exception>
    /// <exception cref="InvalidOperationException">There are no settings.</exception>
    public static IApplicationBuilder UseBouncer(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var runtime = BouncerServicesResolver.For(app.ApplicationServices);
        var layer = runtime.Services.GetRequiredService<BouncerMarkerService>();
        var walk = runtime.Services.GetRequiredService<ForwardedWalk>();
        var isBeforeWalk = BouncerMarkerService.IsWhole(app) && !walk.IsInFront;
        layer.Use(app);
        return app.Use(next =>
        {
            layer.Close(app);
            if (isBeforeWalk && walk.IsInFront)
            {
                throw new InvalidOperationException(
                    "UseBouncer was called by a startup filter that runs before the one of AddBouncer, which finds clients behind proxies: register your filter after it, not at the first place.");
            }

            runtime.Services.GetRequiredService<ProxyTrustMonitor>().Take(inFront: false);

            // A WebApplication builds its pipeline when it starts and knows its endpoints then, so errors can prevent the start
            // before the server listens. Other pipelines may be built long before.
            if (app is WebApplication)
            {
                runtime.Services.GetRequiredService<PipelineCheck>().Run();
            }

            return ActivatorUtilities.CreateInstance<BouncerMiddleware>(runtime.Services, next, runtime).Invoke;
        });
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Prevents the start of an application that calls <c>AddBouncer</c> but not <c>UseBouncer</c>, before the server
/// listens; otherwise puts the monitor for requests that bypass the bouncer at the beginning of the pipeline.</summary>
/// <remarks>Its dependencies read settings, so they are created late: a host creates its filters before it validates
/// options.</remarks>
internal sealed class UncheckedRequestFilter(IServiceProvider services, BouncerMarkerService layer) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        layer.Root = app;
        app.Use(services.GetRequiredService<UncheckedRequestMonitor>().Before);
        next(app);
        if (!layer.IsInPipeline)
        {
            services.GetRequiredService<PipelineCheck>().Run();
        }
    };
}

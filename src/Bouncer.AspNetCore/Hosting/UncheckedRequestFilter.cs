using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Stops the start of an application that called <c>AddBouncer</c> and has no <c>UseBouncer</c>, before the server
/// listens; in front of every other pipeline it puts the watch for requests that pass the bouncer by.</summary>
/// <remarks>What it needs reads settings, so it is made late: a host makes its filters before it validates options.</remarks>
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

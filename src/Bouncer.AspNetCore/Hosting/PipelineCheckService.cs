using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Runs the check when the application is complete; an error prevents the start.</summary>
internal sealed class PipelineCheckService(PipelineCheck check) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        check.Run();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

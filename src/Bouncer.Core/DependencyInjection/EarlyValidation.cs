using Bouncer.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.DependencyInjection;

/// <summary>Has all options of the host validated before any other service of ours is made. A host makes its hosted services
/// first and validates options then: the first service to look at its settings would report its own errors alone.</summary>
internal sealed class EarlyValidation : IHostedService
{
    public EarlyValidation(IStartupValidator? validator = null) => InvalidSettingsException.ThrowIfAny(validator);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

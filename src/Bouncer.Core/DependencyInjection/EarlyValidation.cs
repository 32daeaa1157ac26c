using Bouncer.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.DependencyInjection;

/// <summary>Validates all options of the host before any other service of this package is created. A host creates its hosted
/// services first and validates options afterwards, so the first service that reads its settings would report only its own
/// errors.</summary>
internal sealed class EarlyValidation : IHostedService
{
    public EarlyValidation(IStartupValidator? validator = null) => InvalidSettingsException.ThrowIfAny(validator);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

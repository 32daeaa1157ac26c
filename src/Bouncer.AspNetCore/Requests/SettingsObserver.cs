using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Looks at the settings in effect at the start and after each reload.</summary>
internal abstract class SettingsObserver(HttpSettingsProvider provider) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        provider.Changed += LookAtCurrent;
        LookAtCurrent();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        provider.Changed -= LookAtCurrent;
        return Task.CompletedTask;
    }

    protected abstract void Look(HttpSettings settings);

    private void LookAtCurrent() => Look(provider.Current);
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bouncer.Testing.Hosting;

/// <summary>A Kestrel that stops as a process does that is killed, and starts again on the same port.</summary>
internal sealed class RestartableHost(RequestDelegate answer, Action<KestrelServerOptions>? configure = null)
{
    private WebApplication? _app;

    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    public async Task StartAsync(string urls, CancellationToken cancellationToken)
    {
        // Empty arguments and no configuration of the host application's: this server must not take over its URLs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            configure?.Invoke(kestrel);
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(cancellationToken);
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _app = app;
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await app.StopAsync(atOnce.Token);
            await app.DisposeAsync();
        }
    }

    public Task StartAgainAsync() =>
        _app is null ? StartAsync(Url.GetLeftPart(UriPartial.Authority), CancellationToken.None) : Task.CompletedTask;

    public Task WaitForShutdownAsync() => _app?.WaitForShutdownAsync() ?? Task.CompletedTask;
}

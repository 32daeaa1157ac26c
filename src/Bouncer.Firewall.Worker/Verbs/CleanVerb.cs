using Bouncer.Firewall;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker.Verbs;

internal static class CleanVerb
{
    public static async Task<int> RunAsync(FileInfo? settings, CancellationToken cancellationToken)
    {
        // The host is not started, so LAPI is never called: missing or wrong settings for it must not prevent the removal of the
        // rules.
        var builder = WorkerHost.CreateBuilder(settings,
        [
            new("Bouncer:Lapi:Url", "http://127.0.0.1/"),
            new("Bouncer:Lapi:ApiKey", "unused"),
            new("Bouncer:Lapi:ApiKeyFile", null),
        ]);
        builder.LogForPeople();
        using var host = builder.Build();
        var firewall = host.FindFirewall();

        await firewall.RemoveAsync(cancellationToken);
        var name = host.Services.GetRequiredService<IOptions<FirewallOptions>>().Value.Name;
        Console.WriteLine($"{firewall.Status.Firewall} holds nothing of the name {name} any more.");
        return ExitCode.Ok;
    }
}

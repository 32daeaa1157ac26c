using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Logs what AppSec receives, at the start and when a reload changes it.</summary>
internal sealed class AppSecNotice(HttpSettingsProvider provider, ILogger<AppSecNotice> logger) : SettingsObserver(provider)
{
    private Flow? _told;

    protected override void Look(HttpSettings settings)
    {
        var flow = settings.InspectsRequests ? Flow.Of(settings.Of<AppSecSettings>()) : null;
        if (Interlocked.Exchange(ref _told, flow) != flow && flow is not null)
        {
            logger.UsesAppSec(flow.AppSec, flow.Parts);
        }
    }

    private sealed record Flow(string AppSec, string Parts)
    {
        internal static Flow Of(AppSecSettings settings) =>
            new(settings.Connection!.Place, settings.Options.MaxBodySize > 0 ? "URL, headers and body" : "URL and headers");
    }
}

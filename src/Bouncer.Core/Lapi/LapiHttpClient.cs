using Bouncer.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.Lapi;

/// <summary>The named HTTP client that calls LAPI.</summary>
internal static class LapiHttpClient
{
    internal const string Name = "Bouncer.Lapi";

    /// <summary>Configures a named client for LAPI. Its handler follows settings, files and DNS by itself, so it is never renewed.</summary>
    internal static IHttpClientBuilder ConfigureForLapi(this IHttpClientBuilder builder) =>
        builder
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static services => new ConnectionHandler(
                static _ => { },
                new LapiConnectionLog(services.GetRequiredService<ILogger<LapiConnectionLog>>()),
                services.GetRequiredService<TimeProvider>()));
}

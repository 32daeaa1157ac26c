using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Lapi;

/// <summary>The named HTTP client that calls LAPI.</summary>
internal static class LapiHttpClient
{
    internal const string Name = "Bouncer.Lapi";

    private const int MaxHeadersKiB = 16;

    /// <summary>How often connections are made again, so that they follow DNS, and their handler, so that it follows the settings.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(2);

    /// <summary>Makes a named client fit for LAPI.</summary>
    /// <param name="builder">The client's builder, of <see cref="Name"/>.</param>
    /// <param name="options">Finds the options when the client's handler is made.</param>
    internal static IHttpClientBuilder ConfigureForLapi(this IHttpClientBuilder builder, Func<IServiceProvider, LapiOptions> options) =>
        builder
            .RemoveAllLoggers()
            .SetHandlerLifetime(Renewal)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, services) => Configure(handler, options(services)));

    private static void Configure(SocketsHttpHandler handler, LapiOptions options)
    {
        // A followed redirect would take the key to whatever host it names.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // LAPI compresses nothing; what is not decompressed cannot swell.
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.ConnectTimeout = options.Timeout;

        handler.Proxy = new RemoteOnlyProxy(HttpClient.DefaultProxy);
        handler.PooledConnectionLifetime = Renewal;
        handler.MaxResponseHeadersLength = MaxHeadersKiB;

        // An answer that was given up is not read to its end in the background: its connection is closed.
        handler.MaxResponseDrainSize = 0;
    }
}

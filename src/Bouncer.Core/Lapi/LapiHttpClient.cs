using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Lapi;

/// <summary>The named HTTP client that calls LAPI.</summary>
internal static class LapiHttpClient
{
    internal const string Name = "Bouncer.Lapi";

    private const int MaxHeadersKiB = 16;

    /// <summary>The lifetime of connections, so that they follow DNS, and of their handler, so that it follows the settings.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(2);

    /// <summary>Configures a named client for LAPI.</summary>
    /// <param name="builder">The builder of the client <see cref="Name"/>.</param>
    /// <param name="options">Returns the options when the client's handler is created.</param>
    internal static IHttpClientBuilder ConfigureForLapi(this IHttpClientBuilder builder, Func<IServiceProvider, LapiOptions> options) =>
        builder
            .RemoveAllLoggers()
            .SetHandlerLifetime(Renewal)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, services) => Configure(handler, options(services)));

    private static void Configure(SocketsHttpHandler handler, LapiOptions options)
    {
        // A redirect that is followed would send the key to another host.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // LAPI compresses nothing, and without decompression an answer cannot grow.
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.ConnectTimeout = options.Timeout;

        handler.Proxy = new RemoteOnlyProxy(HttpClient.DefaultProxy);
        handler.PooledConnectionLifetime = Renewal;
        handler.MaxResponseHeadersLength = MaxHeadersKiB;

        // An abandoned answer is not read to its end in the background: its connection is closed.
        handler.MaxResponseDrainSize = 0;
    }
}

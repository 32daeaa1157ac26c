using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>The named HTTP client that calls captcha services.</summary>
internal static class SiteVerifyHttpClient
{
    internal const string Name = "Bouncer.Captcha";

    private const int MaxHeadersKiB = 16;

    /// <summary>Never called: each call has its own absolute address.</summary>
    private static readonly Uri Nowhere = new("https://captcha.invalid/");

    internal static void AddSiteVerifyApi(this IServiceCollection services) =>
        services.AddRefitGeneratedClient<ISiteVerifyApi>(SiteVerifyJson.Default, settingsAction: null, Name)
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigureHttpClient(static client =>
            {
                client.BaseAddress = Nowhere;
                client.Timeout = Timeout.InfiniteTimeSpan;
            })
            .UseSocketsHttpHandler(static (handler, _) => Configure(handler));

    private static void Configure(SocketsHttpHandler handler)
    {
        // Following a redirect would send the secret to any host that it names.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // Without decompression a response cannot grow.
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.ConnectTimeout = TimeSpan.Parse(CaptchaOptions.LongestTimeout, CultureInfo.InvariantCulture);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.MaxResponseHeadersLength = MaxHeadersKiB;
        handler.MaxResponseDrainSize = 0;
    }
}

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

    /// <summary>Never asked: each call has a whole address of its own.</summary>
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
        // A followed redirect would take the secret to whatever host it names.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // What is not decompressed cannot swell.
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.ConnectTimeout = TimeSpan.Parse(CaptchaOptions.LongestTimeout, CultureInfo.InvariantCulture);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.MaxResponseHeadersLength = MaxHeadersKiB;
        handler.MaxResponseDrainSize = 0;
    }
}

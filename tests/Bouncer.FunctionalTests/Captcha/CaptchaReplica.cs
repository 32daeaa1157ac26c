using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bouncer.AspNetCore;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>One server of a shop: over http and https, with the decisions of a Local API and the keys in a shared folder, as
/// docs/captcha.md says. Clients say who they are by X-Forwarded-For.</summary>
internal sealed class CaptchaReplica : IAsyncDisposable
{
    internal static readonly Lazy<X509Certificate2> Certificate = new(CreateCertificate);

    private readonly WebApplication _app;

    private CaptchaReplica(WebApplication app)
    {
        _app = app;
        var ports = app.Urls.Select(url => new Uri(url)).ToArray();
        HttpPort = ports.Single(url => url.Scheme == "http").Port;
        HttpsPort = ports.Single(url => url.Scheme == "https").Port;
    }

    internal int HttpPort { get; }

    internal int HttpsPort { get; }

    internal static async Task<CaptchaReplica> StartAsync(
        LocalApiServer lapi, DirectoryInfo keys, Action<BouncerHttpOptions>? configure = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["Bouncer:Lapi:Url"] = lapi.Url.ToString();
        // A key of its own: of two bouncers with one key, each misses the changes that the other was told.
        builder.Configuration["Bouncer:Lapi:ApiKey"] = lapi.Bouncers.Add("shop-" + Guid.NewGuid());
        builder.Configuration["Bouncer:Sync:Interval"] = "00:00:01";
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate.Value));
        });
        builder.Services.AddDataProtection().SetApplicationName("shop").PersistKeysToFileSystem(keys);
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        builder.Services.AddBouncer().ConfigureHttp(http => configure?.Invoke(http));
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseBouncer();
        app.MapGet("/login", () => Results.Redirect("http://identity.test:" + new Uri(app.Urls.First(url => url.StartsWith("http:", StringComparison.Ordinal))).Port + "/provider"));
        app.MapPost("/order", () => "ordered");
        app.MapFallback(context => context.Response.WriteAsync($"shop {context.Request.Method} {context.Request.Path}{context.Request.QueryString}"));
        await app.StartAsync();
        return new CaptchaReplica(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=shop.test", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}

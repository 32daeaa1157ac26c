using System.Net;
using Bouncer.AspNetCore.AppSec;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.AppSec;

/// <summary>AppSec over TLS and on a Unix socket.</summary>
public sealed class AppSecConnectionTests : IDisposable
{
    private const string Refusal = """{"action":"ban","http_status":403}""";

    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tls_WithCaFile_IsAskedOverHttp2_WithTheBody()
    {
        var asked = new TaskCompletionSource<(string Protocol, string? Key, int Length)>();
        await using var appSec = await StartAsync(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            asked.TrySetResult((context.Request.Protocol, context.Request.Headers["X-Crowdsec-Appsec-Api-Key"], (int)body.Length));
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync(Refusal);
        });
        await using var site = await InspectedSite.StartAsync(options => (options.Url, options.ApiKey, options.Tls.CaFile) = (UrlOf(appSec), "key", _folder.Write("ca.pem", _authority.Pem)));

        using var response = await site.PostAsync("/length", InspectedSite.Bytes(200_000));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(("HTTP/2", "key", 200_000), await asked.Task);
    }

    /// <summary>A server of HTTP/2 refuses a request that has them under their own names.</summary>
    [Fact]
    public async Task Tls_OverHttp2_TakesHeadersOfTheConnection()
    {
        string[] names = ["TE", "Keep-Alive", "Upgrade", "Proxy-Connection", "X(A)"];
        var asked = new TaskCompletionSource<(string Protocol, string[] Values)>();
        await using var appSec = await StartAsync(context =>
        {
            asked.TrySetResult((context.Request.Protocol, [.. names.Select(name => context.Request.Headers[$"X-Original-{name.Replace('(', '-').Replace(')', '-')}"].ToString())]));
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync(Refusal);
        });
        await using var site = await InspectedSite.StartAsync(options => (options.Url, options.ApiKey, options.Tls.CaFile) = (UrlOf(appSec), "key", _folder.Write("ca.pem", _authority.Pem)));

        var answer = await site.Site.SendRawAsync($"GET / HTTP/1.0\nHost: localhost\n{string.Concat(names.Select(name => $"{name}: evil\n"))}\n");

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        var (protocol, values) = await asked.Task;
        Assert.Equal("HTTP/2", protocol);
        Assert.All(values, value => Assert.Equal("evil", value));
    }

    [Fact]
    public async Task R5_Tls_OfAnUnknownAuthority_SaysSo()
    {
        await using var appSec = await StartAsync(context => context.Response.WriteAsync(Refusal));
        await using var site = await InspectedSite.StartAsync(options => options.Url = UrlOf(appSec));

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Contains(site.Site.Logs.GetSnapshot(), line => line.Message.StartsWith(
            $"AppSec did not inspect a request (tls: {UrlOf(appSec)}: its certificate comes from an authority that this machine does not trust; CaFile can name it);", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verification_Skipped_IsLoggedAndDegradesTheHealth()
    {
        await using var appSec = await StartAsync(context => context.Response.WriteAsync(Refusal));
        await using var site = await InspectedSite.StartAsync(options => (options.Url, options.Tls.SkipVerification) = (UrlOf(appSec), true));

        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Single(site.Site.Logs.GetSnapshot(), line => line.Id.Id == 2062);
        var check = site.Site.App.Services.GetRequiredService<AppSecHealthCheck>();
        var health = await check.CheckHealthAsync(new() { Registration = new("bouncer-appsec", check, null, null) }, TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("Bouncer:Http:AppSec:Tls:SkipVerification is on", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnixSocket_IsAsked_AndOneThatIsMissingIsNamed()
    {
        var path = _folder.PathOf("appsec.sock");
        await using var site = await InspectedSite.StartAsync(options => options.Url = new Uri("unix://" + path));
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Contains(site.Site.Logs.GetSnapshot(), line => line.Message.StartsWith(
            $"AppSec did not inspect a request (unreachable: unix://{path}: there is no such socket);", StringComparison.Ordinal));

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path));
        builder.Logging.ClearProviders();
        await using var appSec = builder.Build();
        appSec.Run(context => context.Response.WriteAsync(Refusal));
        await appSec.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/rpc2")).StatusCode);
    }

    [Fact]
    public async Task AppSec_ThatIsNotThere_SaysSo()
    {
        var port = FreePort.Take();
        await using var site = await InspectedSite.StartAsync(options => options.Url = new Uri($"http://127.0.0.1:{port}/"));

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Contains(site.Site.Logs.GetSnapshot(), line => line.Message.StartsWith(
            $"AppSec did not inspect a request (unreachable: http://127.0.0.1:{port}/: it was refused, so nothing listens there);", StringComparison.Ordinal));
    }

    private static Uri UrlOf(WebApplication app) => new($"https://127.0.0.1:{new Uri(app.Urls.Single()).Port}/");

    private async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var certificate = _authority.Issue("CN=appsec", "127.0.0.1");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}

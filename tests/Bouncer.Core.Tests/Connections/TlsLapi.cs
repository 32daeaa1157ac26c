using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Bouncer.Tests.Connections;

/// <summary>A LAPI over TLS, or on a Unix socket, that remembers how it was called.</summary>
internal sealed class TlsLapi : IAsyncDisposable
{
    internal const string Empty = """{"new":null,"deleted":null}""";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();

    private TlsLapi(Action<KestrelServerOptions> listen, RequestDelegate? answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            var certificate = await context.Connection.GetClientCertificateAsync();
            var request = context.Request;
            _calls.Enqueue(new(request.Protocol, request.Path + request.QueryString, request.Headers["X-Api-Key"].FirstOrDefault(), certificate?.Subject, certificate?.Thumbprint));
            context.Response.ContentType = "application/json";
            await (answer ?? (static answered => answered.Response.WriteAsync(answered.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal) ? Empty : "null")))(context);
        });
    }

    internal Uri Url => new($"https://127.0.0.1:{new Uri(_app.Urls.Single()).Port}/");

    internal IReadOnlyCollection<Call> Calls => _calls;

    internal static async Task<TlsLapi> StartAsync(X509Certificate2 certificate, RequestDelegate? answer = null, bool requiresCertificate = false)
    {
        var https = new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            ClientCertificateMode = requiresCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = static (_, _, _) => true,
        };
        var lapi = new TlsLapi(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https)), answer);
        await lapi._app.StartAsync();
        return lapi;
    }

    internal static async Task<TlsLapi> StartOnSocketAsync(string path)
    {
        var lapi = new TlsLapi(kestrel => kestrel.ListenUnixSocket(path), null);
        await lapi._app.StartAsync();
        return lapi;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Call(string Protocol, string PathAndQuery, string? Key, string? Subject, string? Thumbprint);
}

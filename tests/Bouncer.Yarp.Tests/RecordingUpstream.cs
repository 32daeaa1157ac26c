using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Yarp.Tests;

/// <summary>An upstream on a real port that counts the connections opened to it and remembers the last request's headers.</summary>
internal sealed class RecordingUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;
    private volatile KeyValuePair<string, string>[] _headers = [];

    private RecordingUpstream()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection =>
            {
                Interlocked.Increment(ref _connections);
                return next(connection);
            })));
        _app = builder.Build();
        _app.Run(context =>
        {
            _headers = [.. context.Request.Headers.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value ?? ""))];
            return context.Response.WriteAsync("upstream");
        });
    }

    public string Url => _app.Urls.First();

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every header of the last request that a server without care for <c>-</c> and <c>_</c> takes for the verdict.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> VerdictsSeen =>
        [.. _headers.Where(header => header.Key.Replace('_', '-').Equals("X-Bouncer-Verdict", StringComparison.OrdinalIgnoreCase))];

    public IEnumerable<string> Values(string name) =>
        _headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);

    public static async Task<RecordingUpstream> StartAsync()
    {
        var upstream = new RecordingUpstream();
        await upstream._app.StartAsync();
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

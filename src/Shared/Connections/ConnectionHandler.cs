using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Bouncer.Connections;

/// <summary>Sends requests over the connections that their <see cref="ConnectionSettings.Option"/> describes: changed settings have
/// connections of their own at once, and several servers can be called side by side. Thread-safe.</summary>
/// <param name="configure">Configures what differs between callers.</param>
/// <param name="log">Where it logs.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionHandler(Action<SocketsHttpHandler> configure, IConnectionLog log, TimeProvider time) : HttpMessageHandler
{
    private const int MaxHeadersKiB = 16;

    /// <summary>The lifetime of connections, so that they follow DNS, and of settings that no request uses any more.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(2);

    /// <summary>A dead connection of HTTP/2 would take every request until its end: of HTTP/1.1 it takes one.</summary>
    private static readonly TimeSpan PingPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, FollowedConnections> _all = [];
    private bool _isDisposed;

    internal static SocketsHttpHandler Create(ConnectionSettings settings, TlsState tls, Action<SocketsHttpHandler> configure)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect that is followed would send the key to another host.
            AllowAutoRedirect = false,
            UseCookies = false,

            // CrowdSec compresses nothing, and without decompression an answer cannot grow.
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeadersKiB,

            // An abandoned answer is not read to its end in the background: its connection is closed.
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = Renewal,
            ConnectTimeout = settings.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = PingPause,
            KeepAlivePingTimeout = PingPause,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            Proxy = settings.Proxy,
            UseProxy = settings.Proxy is not null,
            SslOptions = tls.Ssl,
            PlaintextStreamFilter = static (made, _) => new(made.PlaintextStream is SslStream secure ? new AlertKeepingStream(secure) : made.PlaintextStream),
        };
        if (settings.Socket is { } path)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(path, token);
        }

        configure(handler);
        return handler;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(ConnectionSettings.Option, out var settings))
        {
            throw new InvalidOperationException("The request does not say over which connections it goes.");
        }

        // HTTP/2 over TLS if the server offers it, HTTP/1.1 otherwise.
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        var found = Find(settings);
        return found.Current is { } pool ? pool.SendAsync(request, cancellationToken) : SendAfterLookAsync(found, request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isDisposed = true;
            Array.ForEach([.. _all.Values], static one => one.Dispose());
            _all.Clear();
        }

        base.Dispose(disposing);
    }

    private static async Task<HttpResponseMessage> SendAfterLookAsync(FollowedConnections connections, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pool = await connections.LookAsync(cancellationToken).ConfigureAwait(false);
        return await pool.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private FollowedConnections Find(ConnectionSettings settings)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var now = time.GetTimestamp();
            if (_all.TryGetValue(settings.Key, out var found))
            {
                found.UsedAt = now;
                return found;
            }

            foreach (var (key, unused) in _all.Where(one => time.GetElapsedTime(one.Value.UsedAt, now) > Renewal).ToArray())
            {
                _all.Remove(key);
                unused.Dispose();
            }

            return _all[settings.Key] = new(settings, configure, log, time) { UsedAt = now };
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

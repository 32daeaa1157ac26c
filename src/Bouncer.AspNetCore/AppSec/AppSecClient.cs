using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Bouncer.Connections;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Calls AppSec, with limits on time, size and connections. Thread-safe.</summary>
internal sealed class AppSecClient(TimeProvider time, ILogger<AppSecClient> logger) : IDisposable
{
    /// <summary>A challenge page with its script takes some 600 KB.</summary>
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private const int MaxConnections = 256;

    private readonly HttpClient _http = new(new ConnectionHandler(Configure, new AppSecConnectionLog(logger), time))
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    /// <summary>Sends a description of a request.</summary>
    /// <param name="message">The description.</param>
    /// <param name="appSec">How AppSec is reached.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <exception cref="OperationCanceledException">The client disconnected.</exception>
    internal async ValueTask<AppSecReply> SendAsync(HttpRequestMessage message, ConnectionSettings appSec, TimeSpan timeout, CancellationToken aborted)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        try
        {
            using var response = await _http.SendAsync(message, either.Token);
            return await ReadAsync(response);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return AppSecReply.Failed("timeout");
        }
        catch (TlsFileException error)
        {
            return AppSecReply.Failed("tls", $"{appSec.Section}:Tls:{error.Message}");
        }
        catch (HttpRequestException error)
        {
            return Explain(error, appSec);
        }
    }

    public void Dispose() => _http.Dispose();

    private static void Configure(SocketsHttpHandler handler)
    {
        handler.ActivityHeadersPropagator = null;
        handler.MaxConnectionsPerServer = MaxConnections;
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
    }

    private static AppSecReply Explain(HttpRequestException error, ConnectionSettings appSec) => error.HttpRequestError switch
    {
        HttpRequestError.ConfigurationLimitExceeded => AppSecReply.Failed("too_large"),
        HttpRequestError.SecureConnectionError => AppSecReply.Failed("tls", $"{appSec.Place}: {TlsFault.Explain(error, appSec.HasCertificate)}"),
        _ when TlsFault.FindClientFault(error, appSec.HasCertificate) is { } reason => AppSecReply.Failed("tls", $"{appSec.Place}: {reason}"),
        HttpRequestError.NameResolutionError => AppSecReply.Failed("unreachable", $"{appSec.Place}: the host is not known"),
        _ => AppSecReply.Failed("unreachable", $"{appSec.Place}: {ConnectionFault.Explain(error, appSec)}"),
    };

    private static async ValueTask<AppSecReply> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        try
        {
            // Both statuses that AppSec answers with can be configured there, so the body decides.
            return new(AppSecAnswer.Read(body), null);
        }
        catch (JsonException)
        {
            return AppSecReply.Failed(response.StatusCode switch
            {
                HttpStatusCode.Unauthorized => "unauthorized",
                HttpStatusCode.OK or HttpStatusCode.Forbidden => "unreadable",
                var status => string.Create(CultureInfo.InvariantCulture, $"status_{(int)status}"),
            });
        }
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Calls AppSec, with limits on time, size and connections. Thread-safe.</summary>
internal sealed class AppSecClient(TimeProvider time) : IDisposable
{
    /// <summary>A challenge page with its script takes some 600 KB.</summary>
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A redirect that is followed would send the key and the visitor's request to another host.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = 256,
        MaxResponseHeadersLength = 16,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    /// <summary>Sends a description of a request.</summary>
    /// <param name="message">The description.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <exception cref="OperationCanceledException">The client disconnected.</exception>
    internal async ValueTask<AppSecReply> SendAsync(HttpRequestMessage message, TimeSpan timeout, CancellationToken aborted)
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
        catch (HttpRequestException error)
        {
            return AppSecReply.Failed(error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? "too_large" : "unreachable");
        }
    }

    public void Dispose() => _http.Dispose();

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

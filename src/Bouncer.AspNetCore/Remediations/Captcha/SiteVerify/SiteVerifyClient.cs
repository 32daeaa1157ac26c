using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;

/// <summary>Asks one service, within bounds: of time, of size, of calls at once, and of patience.</summary>
internal sealed class SiteVerifyClient(IHttpClientFactory clients, TimeProvider time) : IDisposable
{
    internal const int MaxBodyLength = 16 * 1024;
    internal const int MaxCalls = 32;

    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _calls = new(MaxCalls);
    private readonly CircuitBreaker _breaker = new(time);

    /// <summary>Sends a request; throws only when the visitor is gone, for which the service is not to blame.</summary>
    /// <param name="request">Sent once and disposed.</param>
    /// <param name="visitorGone">Ends with the visitor.</param>
    /// <param name="deadline">Ends with the caller's patience, which may be shorter than <see cref="Timeout"/>.</param>
    internal async Task<SiteVerifyReply> SendAsync(HttpRequestMessage request, CancellationToken visitorGone, CancellationToken deadline)
    {
        using var sent = request;
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, visitorGone, deadline);
        try
        {
            await _calls.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!visitorGone.IsCancellationRequested)
        {
            return SiteVerifyReply.Failed("busy");
        }

        try
        {
            return _breaker.TryEnter() ? Note(await TrySendAsync(request, either.Token)) : SiteVerifyReply.Failed("circuit_open");
        }
        catch (OperationCanceledException) when (!visitorGone.IsCancellationRequested)
        {
            return Note(SiteVerifyReply.Failed("timeout"));
        }
        finally
        {
            _calls.Release();
        }
    }

    public void Dispose() => _calls.Dispose();

    private SiteVerifyReply Note(SiteVerifyReply reply)
    {
        if (reply.Fault is null)
        {
            _breaker.Succeeded();
        }
        else
        {
            _breaker.Failed();
        }

        return reply;
    }

    private async Task<SiteVerifyReply> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(SiteVerifyHttpClient.Name);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (JsonException)
        {
            return SiteVerifyReply.Failed("unreadable");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return SiteVerifyReply.Failed("unreachable");
        }
    }

    private static async Task<SiteVerifyReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Some say no with 400, and say it in the same form.
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.BadRequest))
        {
            return SiteVerifyReply.Failed(string.Create(CultureInfo.InvariantCulture, $"status_{(int)response.StatusCode}"));
        }

        var buffer = new byte[MaxBodyLength + 1];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBodyLength)
        {
            return SiteVerifyReply.Failed("too_large");
        }

        var answer = SiteVerifyAnswer.Read(buffer.AsMemory(0, length));
        return answer.Success && response.StatusCode != HttpStatusCode.OK ? SiteVerifyReply.Failed("unreadable") : SiteVerifyReply.Of(answer);
    }
}

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
    /// <param name="client">For whom; null for a probe of ours.</param>
    /// <param name="visitorGone">Ends with the visitor.</param>
    /// <param name="deadline">Ends with the caller's patience, which may be shorter than <see cref="Timeout"/>.</param>
    internal async Task<SiteVerifyReply> SendAsync(HttpRequestMessage request, ClientKey? client, CancellationToken visitorGone, CancellationToken deadline)
    {
        using var sent = request;
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, visitorGone, deadline);
        var call = _calls.WaitAsync(either.Token);
        var hasWaited = !call.IsCompleted;
        try
        {
            await call;
        }
        catch (OperationCanceledException) when (!visitorGone.IsCancellationRequested)
        {
            return SiteVerifyReply.Failed(CaptchaFaults.Busy);
        }

        try
        {
            return _breaker.TryEnter() ? Note(await TrySendAsync(request, either.Token), client) : SiteVerifyReply.Failed("circuit_open");
        }
        catch (OperationCanceledException) when (!visitorGone.IsCancellationRequested)
        {
            // What was left after our own queue may have been too little for any service.
            return hasWaited ? SiteVerifyReply.Failed(CaptchaFaults.Busy) : Note(SiteVerifyReply.Failed("timeout"), client);
        }
        finally
        {
            _calls.Release();
        }
    }

    public void Dispose() => _calls.Dispose();

    private SiteVerifyReply Note(SiteVerifyReply reply, ClientKey? client)
    {
        if (reply.Fault is null)
        {
            _breaker.Succeeded();
        }
        else
        {
            _breaker.Failed(client);
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
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return SiteVerifyReply.Failed("unreachable");
        }
    }

    private static async Task<SiteVerifyReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Some say no with 400, 403 or 404; what we did wrong ourselves is 401 and 429.
        var isNo = (int)response.StatusCode is >= 400 and < 500 and not (401 or 429);
        if (response.StatusCode != HttpStatusCode.OK && !isNo)
        {
            return SiteVerifyReply.Failed(StatusOf(response));
        }

        var buffer = new byte[MaxBodyLength + 1];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBodyLength)
        {
            return SiteVerifyReply.Failed("too_large");
        }

        try
        {
            return SiteVerifyReply.Of(isNo ? SiteVerifyAnswer.ReadNo(buffer.AsMemory(0, length)) : SiteVerifyAnswer.Read(buffer.AsMemory(0, length)));
        }
        catch (JsonException)
        {
            // A page of some proxy, say: the status tells more.
            return SiteVerifyReply.Failed(isNo ? StatusOf(response) : "unreadable");
        }
    }

    private static string StatusOf(HttpResponseMessage response) => string.Create(CultureInfo.InvariantCulture, $"status_{(int)response.StatusCode}");
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Asks one service, within bounds: of size, and of calls at once, which networks share. The caller bounds the time.</summary>
internal sealed class SiteVerifyClient(IHttpClientFactory clients)
{
    internal const int MaxBodyLength = 16 * 1024;
    internal const int MaxCalls = 32;

    private readonly NetworkSlots _calls = new(MaxCalls);

    /// <summary>Sends a request.</summary>
    /// <param name="request">Sent once and disposed.</param>
    /// <param name="sender">For whose network the call counts.</param>
    /// <param name="deadline">Ends the call.</param>
    internal async Task<SiteVerifyReply> SendAsync(HttpRequestMessage request, IPAddress sender, CancellationToken deadline)
    {
        if (!_calls.TryTake(sender))
        {
            request.Dispose();
            return SiteVerifyReply.Failed(CaptchaFaults.Busy);
        }

        try
        {
            return await SendInTimeAsync(request, deadline);
        }
        finally
        {
            _calls.Return(sender);
        }
    }

    /// <summary>Sends a request of ours, for which clients leave room whatever they do.</summary>
    internal Task<SiteVerifyReply> ProbeAsync(HttpRequestMessage request, CancellationToken deadline) => SendInTimeAsync(request, deadline);

    private async Task<SiteVerifyReply> SendInTimeAsync(HttpRequestMessage request, CancellationToken deadline)
    {
        using var sent = request;
        try
        {
            return await TrySendAsync(request, deadline);
        }
        catch (OperationCanceledException)
        {
            return SiteVerifyReply.Failed("timeout");
        }
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

        var text = buffer.AsMemory(0, length);
        text = text.Span.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        try
        {
            return SiteVerifyReply.Of(isNo ? SiteVerifyAnswer.ReadNo(text) : SiteVerifyAnswer.Read(text));
        }
        catch (JsonException)
        {
            // For example, an error page of a proxy: the status tells more.
            return SiteVerifyReply.Failed(isNo ? StatusOf(response) : "unreadable");
        }
    }

    private static string StatusOf(HttpResponseMessage response) => string.Create(CultureInfo.InvariantCulture, $"status_{(int)response.StatusCode}");
}

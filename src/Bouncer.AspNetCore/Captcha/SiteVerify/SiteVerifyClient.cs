using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Bouncer.Net;
using Refit;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Calls one service, with limits on size and on concurrent calls, which networks share. The caller limits the
/// time.</summary>
internal sealed class SiteVerifyClient(SiteVerifySettings settings, ISiteVerifyApi api)
{
    internal const int MaxBodyLength = 16 * 1024;
    internal const int MaxCalls = 32;

    private readonly NetworkSlots _calls = new(MaxCalls);

    /// <summary>Asks the service whether a client's token is valid.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="token">The token.</param>
    /// <param name="context">The client, whose network the call counts for.</param>
    /// <param name="deadline">Cancels the call.</param>
    internal async Task<SiteVerifyReply> AskAsync(string secret, string token, CaptchaContext context, CancellationToken deadline)
    {
        var sender = context.ClientAddress ?? IPAddress.IPv6None;
        if (!_calls.TryTake(sender))
        {
            return SiteVerifyReply.Failed(CaptchaFaults.Busy);
        }

        try
        {
            return await SendAsync(secret, token, context, deadline);
        }
        finally
        {
            _calls.Return(sender);
        }
    }

    /// <summary>Probes the service, for which clients' calls always leave room.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="token">A token.</param>
    /// <param name="deadline">Cancels the call.</param>
    internal Task<SiteVerifyReply> ProbeAsync(string secret, string token, CancellationToken deadline) => SendAsync(secret, token, default, deadline);

    private async Task<SiteVerifyReply> SendAsync(string secret, string token, CaptchaContext context, CancellationToken deadline)
    {
        var question = SiteVerifyQuestion.Create(settings, secret, token, context);
        var endpoint = settings.CheckedAt;
        try
        {
            using var response = await (settings.Service.TakesApiKey
                ? api.AskWithKeyAsync(endpoint, secret, question, deadline)
                : api.AskAsync(endpoint, question, deadline));
            return await ReadAsync(response, deadline);
        }
        catch (OperationCanceledException)
        {
            return SiteVerifyReply.Failed("timeout");
        }
        catch (Exception error) when (error is ApiRequestException or HttpRequestException or IOException)
        {
            return SiteVerifyReply.Failed("unreachable");
        }
    }

    private static async Task<SiteVerifyReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Some services reject with 400, 403 or 404; 401 and 429 are the caller's own faults.
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
            // For example, a proxy's error page: the status says more.
            return SiteVerifyReply.Failed(isNo ? StatusOf(response) : "unreadable");
        }
    }

    private static string StatusOf(HttpResponseMessage response) => string.Create(CultureInfo.InvariantCulture, $"status_{(int)response.StatusCode}");
}

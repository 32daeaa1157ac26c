using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Has AppSec inspect a request that the decisions let through. The application can read the body afterwards.</summary>
internal sealed class AppSecInspector(
    AppSecClient client, BodyInspection bodies, AppSecKey keys, AppSecMonitor monitor, BodyTurns turns, BodyBudget budget, BouncerHttpMetrics metrics, TimeProvider time)
{
    /// <summary>Inspects a request.</summary>
    /// <exception cref="BadHttpRequestException">The body cannot be read, as when it is larger than the server accepts.</exception>
    internal async ValueTask<Inspection> InspectAsync(HttpContext http, BouncerRequest request)
    {
        try
        {
            return await RunAsync(http, request);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return new(null, IsOver: true);
        }
    }

    private async ValueTask<Inspection> RunAsync(HttpContext http, BouncerRequest request)
    {
        var settings = request.Settings.Of<AppSecSettings>();
        var body = await ReadBodyAsync(http, settings.Options);
        var inspection = await JudgeAsync(http, request, settings, body);
        return inspection with { Body = body.Held };
    }

    private async ValueTask<Inspection> JudgeAsync(HttpContext http, BouncerRequest request, AppSecSettings settings, InspectedBody body)
    {
        if (body.Action is AppSecBodyAction.Block or AppSecBodyAction.Allow)
        {
            metrics.Inspected(body.Action == AppSecBodyAction.Block ? "body_blocked" : "body_allowed");
            return body.Action == AppSecBodyAction.Allow ? default : Refuse(request, Remediation.Ban, new PrescribedResponse(body.BlockStatus));
        }

        var started = time.GetTimestamp();
        var reply = await AskAsync(http, request, settings, body);
        metrics.InspectionTook(time.GetElapsedTime(started));
        if (reply.Fault is BodyInspection.TooSlow or BodyInspection.NoTurn)
        {
            return RefuseSlow(request, settings, reply.Fault);
        }

        if (reply.Answer is not { } answer)
        {
            monitor.Failed(reply.Fault!, settings.WhenUnavailable, reply.Reason);
            metrics.Inspected("unavailable");
            return settings.WhenUnavailable.IsNone ? default : Refuse(request, settings.WhenUnavailable, null);
        }

        metrics.Inspected(answer.IsAllow ? "allowed" : "refused");
        return answer.IsAllow ? default : Refuse(request, new Remediation(answer.Action), answer.Prescribe());
    }

    /// <summary>Treats a request whose body takes AppSec too long, or whose client has sent such a body or too many at once. That the
    /// client can cause, so it is no failure of AppSec.</summary>
    private Inspection RefuseSlow(in BouncerRequest request, AppSecSettings settings, string fault)
    {
        var isTooSlow = fault == BodyInspection.TooSlow;
        monitor.TooSlow(settings.WhenTooSlow);
        metrics.Inspected(isTooSlow ? "too_slow" : "too_many");
        if (settings.WhenTooSlow.IsNone)
        {
            return default;
        }

        return Refuse(request, settings.WhenTooSlow, isTooSlow ? null : new PrescribedResponse(StatusCodes.Status429TooManyRequests)
        {
            RetryAfter = (int)Math.Ceiling(turns.WaitOf(ClientKey.Of(request.From), settings.Options.Timeout).TotalSeconds),
        });
    }

    private static Inspection Refuse(in BouncerRequest request, Remediation remediation, PrescribedResponse? prescribed) => new(request with
    {
        Verdict = new BouncerVerdict(remediation, null, VerdictSource.AppSec),
        PeerVerdicts = null,
        IsPeerStale = false,
        Others = null,
        Prescribed = prescribed,
    });

    private async ValueTask<AppSecReply> AskAsync(HttpContext http, BouncerRequest request, AppSecSettings settings, InspectedBody body)
    {
        var key = await keys.FindAsync(settings.Options);
        if (key is null && !settings.Connection!.HasCertificate)
        {
            return AppSecReply.Failed("no_key", "AppSec needs a key, also where LAPI is called with a client certificate");
        }

        var content = body.Content;
        var message = AppSecMessage.Create(http, settings.Connection!, request.From, key, content);
        try
        {
            var reply = content is null
                ? await SendAsync(message, settings, http.RequestAborted)
                : await bodies.SendAsync(message, content, settings, ClientKey.Of(request.From), http.RequestAborted);
            if (reply.Answer is not null)
            {
                monitor.Answered();
            }
            else if (reply.Fault is BodyInspection.TooSlow)
            {
                monitor.GivenUp();
            }

            return reply;
        }
        catch
        {
            monitor.GivenUp();
            throw;
        }
        finally
        {
            body.Held?.IsShared |= content is { IsShared: true };
        }
    }

    private async ValueTask<AppSecReply> SendAsync(HttpRequestMessage message, AppSecSettings settings, CancellationToken aborted)
    {
        using (message)
        {
            return monitor.TryEnter()
                ? await client.SendAsync(message, settings.Connection!, settings.Options.Timeout, aborted)
                : AppSecReply.Failed(AppSecMonitor.Down);
        }
    }

    /// <summary>Reads as much of the body as is inspected, and puts it back in front of the rest.</summary>
    private async ValueTask<InspectedBody> ReadBodyAsync(HttpContext http, AppSecOptions options)
    {
        if (options.MaxBodySize == 0 || !HasBody(http))
        {
            return new(AppSecBodyAction.HeadersOnly);
        }

        if (options.LargeBody != AppSecBodyAction.Partial && http.Request.ContentLength > options.MaxBodySize)
        {
            return new(options.LargeBody);
        }

        if (options.UnreadableBody != AppSecBodyAction.Partial && !BodyText.IsDeclaredReadable(http.Request.Headers))
        {
            return new(options.UnreadableBody, StatusCodes.Status415UnsupportedMediaType);
        }

        var source = http.Request.BodyReader;
        var held = new HeldBody(source, budget, options.MaxBufferedBytes);
        http.Response.RegisterForDispose(held);
        var fault = await held.ReadAsync(options.MaxBodySize, options.BodyTimeout, time, http.RequestAborted);
        http.Request.Body = new ReplayedBody(held, source.AsStream(leaveOpen: true), http.Features.Get<IHttpBodyControlFeature>());
        var body = fault switch
        {
            null => new InspectedBody(AppSecBodyAction.Partial),
            AppSecBodyFault.Large => new(options.LargeBody),
            _ => new(options.StalledBody, StatusCodes.Status408RequestTimeout),
        };
        if (body.Action == AppSecBodyAction.Partial
            && options.UnreadableBody != AppSecBodyAction.Partial
            && !await BodyText.IsReadableAsync(http.Request.ContentType, held.Bytes))
        {
            body = new(options.UnreadableBody, StatusCodes.Status415UnsupportedMediaType);
        }

        return body with { Held = held, Limit = options.MaxBodySize };
    }

    /// <summary>Whether the request can have a body that ends. What follows a handshake is a connection of its own.</summary>
    private static bool HasBody(HttpContext http) =>
        http.Request.ContentLength > 0
        || http.Request.Headers.TransferEncoding.Count > 0
        || (http.Request.ContentLength is null
            && http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
            && http.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
            && http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true });

    /// <param name="Action">How the request is treated; <see cref="AppSecBodyAction.Partial"/> sends what is held.</param>
    /// <param name="BlockStatus">The status of a refusal.</param>
    private readonly record struct InspectedBody(AppSecBodyAction Action, int BlockStatus = StatusCodes.Status413PayloadTooLarge)
    {
        internal HeldBody? Held { get; init; }

        internal long Limit { get; init; }

        /// <summary>The content to send; null for none.</summary>
        internal BodyContent? Content =>
            Action == AppSecBodyAction.Partial && Held is { Length: > 0 } held ? new BodyContent(held, Math.Min(held.Length, Limit)) : null;
    }
}

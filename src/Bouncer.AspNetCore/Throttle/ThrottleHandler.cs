using System.Globalization;
using System.Threading.RateLimiting;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>Lets a client through as often as its policy allows, and tells it the rate (RateLimit header fields, draft 11);
/// otherwise refuses it with 429.</summary>
internal sealed class ThrottleHandler(GcraRateLimiter table, RefusalWriter refusals) : IRemediationHandler
{
    private const string RateLimit = "RateLimit";
    private const string RateLimitPolicy = "RateLimit-Policy";

    public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var settings = context.Settings.Of<ThrottleSettings>();
        var throttle = settings.For(context.PolicyName);
        if (throttle.Limiter is { } limiter)
        {
            return AskAsync(limiter, throttle.Policy, settings.Refusals, context);
        }

        var key = throttle.KeyOf(ClientKey.Of(context.ClientAddress));
        var isTaken = TakenPermits.Has(context.HttpContext, null, throttle.Policy, key, out var standing);
        if (!isTaken && table.TryTake(key, throttle.Rate, out standing))
        {
            TakenPermits.Add(context.HttpContext, null, throttle.Policy, key, standing);
            isTaken = true;
        }

        var headers = context.HttpContext.Response.Headers;
        var seconds = WholeSeconds.Of(standing.NextPermit);
        headers[RateLimitPolicy] = throttle.RateLimitPolicy;
        headers[RateLimit] = string.Create(CultureInfo.InvariantCulture, $"\"throttle\";r={standing.Remaining};t={seconds}");
        return isTaken ? new(RemediationResult.Continue) : RefuseAsync(context.HttpContext, settings.Refusals, seconds);
    }

    private async ValueTask<RemediationResult> AskAsync(
        PartitionedRateLimiter<HttpContext> limiter, string policy, ThrottleRefusals texts, RemediationContext context)
    {
        var http = context.HttpContext;
        if (TakenPermits.Has(http, limiter, policy, key: 0, out _))
        {
            return RemediationResult.Continue;
        }

        var lease = await limiter.AcquireAsync(http, permitCount: 1, context.CancellationToken);
        http.Response.RegisterForDispose(lease);
        if (!lease.IsAcquired)
        {
            return await RefuseAsync(http, texts, lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? WholeSeconds.Of(time) : null);
        }

        TakenPermits.Add(http, limiter, policy, key: 0, standing: default);
        return RemediationResult.Continue;
    }

    private async ValueTask<RemediationResult> RefuseAsync(HttpContext http, ThrottleRefusals texts, long? retryAfter)
    {
        if (retryAfter is { } seconds && RequestKind.GrpcContentType(http.Request) is null)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var wait = Wait.Of(retryAfter);
        await refusals.WriteAsync(http, texts.For(wait.Unit), wait.Number.ToString(CultureInfo.InvariantCulture));
        return RemediationResult.Handled;
    }
}

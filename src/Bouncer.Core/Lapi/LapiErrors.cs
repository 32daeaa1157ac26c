using System.Net;
using System.Text.Json;

namespace Bouncer.Lapi;

/// <summary>Says what a failed call comes to. A body that ends before its time is a <see cref="LapiErrorKind.BadDocument"/>,
/// a connection that breaks in any other way <see cref="LapiErrorKind.Unreachable"/>.</summary>
internal static class LapiErrors
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    internal static LapiException TooLarge() =>
        new(LapiErrorKind.TooLarge, "LAPI's answer is larger than Bouncer:Lapi:MaxResponseBytes allows.");

    internal static LapiException Unusable() =>
        new(LapiErrorKind.BadDocument, "LAPI's answer holds decisions, and none of them can be used.");

    /// <summary>What a status other than 200 means. The body is not read: it is nobody's business.</summary>
    internal static LapiException Of(HttpResponseMessage response, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                LapiErrorKind.Forbidden,
                $"LAPI refused the credentials (status {status}). The key may be wrong, or LAPI's database failed."),
            >= (HttpStatusCode)300 and < (HttpStatusCode)400 => new(
                LapiErrorKind.Redirected,
                $"Bouncer:Lapi:Url leads to a redirect (status {status}), which is not followed so that the key stays there."),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => new(
                LapiErrorKind.NotFound,
                $"What answers at Bouncer:Lapi:Url is no LAPI (status {status})."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new(
                LapiErrorKind.Busy,
                $"LAPI asked to be called later (status {status}).") { RetryAfter = RetryAfter(response, time) },
            (>= (HttpStatusCode)400 and < (HttpStatusCode)500 and not HttpStatusCode.RequestTimeout) or HttpStatusCode.NotImplemented => new(
                LapiErrorKind.NotOffered,
                $"LAPI does not offer what was asked (status {status})."),
            _ => new(LapiErrorKind.Status, $"LAPI answered with status {status}."),
        };
    }

    /// <summary>What an exception of the HTTP client, of a body's stream or of the parser means.</summary>
    internal static LapiException Of(Exception exception, CallDeadline deadline) => exception switch
    {
        _ when deadline.HasPassed => new(LapiErrorKind.Timeout, "LAPI did not answer in time.", exception),
        OperationCanceledException => new(LapiErrorKind.Timeout, "No connection to LAPI came about in time.", exception),
        JsonException => new(LapiErrorKind.BadDocument, "LAPI's answer is no list of decisions, or is incomplete.", exception),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new(LapiErrorKind.BadDocument, "LAPI's answer was cut.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            LapiErrorKind.Unreachable, "No secure connection to LAPI could be made.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            LapiErrorKind.Unreachable, "The host that Bouncer:Lapi:Url names is not known.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new(
            LapiErrorKind.Unreachable, "No connection to LAPI could be made.", exception),
        _ => new(LapiErrorKind.Unreachable, "The connection to LAPI failed.", exception),
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? asked?.Date - time.GetUtcNow();
        return wait is { } given ? TimeSpan.FromTicks(long.Clamp(given.Ticks, 0, LongestRetryAfter.Ticks)) : null;
    }
}

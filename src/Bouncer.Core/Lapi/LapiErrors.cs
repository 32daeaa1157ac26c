using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Bouncer.Lapi;

/// <summary>Says what a failed call comes to. A body that ends before its time is a <see cref="LapiErrorKind.BadDocument"/>,
/// a connection that breaks in any other way <see cref="LapiErrorKind.Unreachable"/>.</summary>
internal static class LapiErrors
{
    private const int LongestMediaType = 60;

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
                $"What answers at Bouncer:Lapi:Url is no LAPI ({Describe(response)})."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new(
                LapiErrorKind.Busy,
                $"LAPI asked to be called later (status {status}).") { RetryAfter = RetryAfter(response, time) },
            (>= (HttpStatusCode)400 and < (HttpStatusCode)500 and not HttpStatusCode.RequestTimeout) or HttpStatusCode.NotImplemented => new(
                LapiErrorKind.NotOffered,
                $"LAPI does not offer what was asked (status {status})."),
            _ => new(LapiErrorKind.Status, $"LAPI answered with {Describe(response)}."),
        };
    }

    /// <summary>What an answer that cannot be read means: the status was right.</summary>
    internal static LapiException Of(JsonException exception, HttpResponseMessage response) => new(
        LapiErrorKind.BadDocument,
        MediaType(response) is { } type && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            ? $"What answers at Bouncer:Lapi:Url is no LAPI ({Describe(response)})."
            : $"LAPI's answer is no list of decisions, or is incomplete ({Describe(response)}).",
        exception);

    /// <summary>What an exception of the HTTP client or of a body's stream means.</summary>
    internal static LapiException Of(Exception exception, CallDeadline deadline, Uri url) => exception switch
    {
        _ when deadline.HasPassed => new(LapiErrorKind.Timeout, $"LAPI at {Server(url)} did not answer in time.", exception),
        OperationCanceledException => new(LapiErrorKind.Timeout, $"No connection to LAPI at {Server(url)} could be made: it timed out.", exception),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new(LapiErrorKind.BadDocument, "LAPI's answer was cut.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            LapiErrorKind.Unreachable, $"No secure connection to LAPI at {Server(url)} could be made: {TlsFault.Explain(exception)}.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            LapiErrorKind.Unreachable, $"The host '{url.Host}' that Bouncer:Lapi:Url names is not known.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new(
            LapiErrorKind.Unreachable, $"No connection to LAPI at {Server(url)} could be made: {ConnectionFault(exception)}.", exception),
        _ => new(LapiErrorKind.Unreachable, $"The connection to LAPI at {Server(url)} failed.", exception),
    };

    private static string Server(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + "/";

    private static string ConnectionFault(Exception exception) => (exception.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "it was refused, so nothing listens there",
        SocketError.TimedOut => "it timed out",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "the host cannot be reached",
        { } code => $"the system says {code}",
        null => "it broke",
    };

    private static string Describe(HttpResponseMessage response) =>
        $"status {(int)response.StatusCode}, {(MediaType(response) is { } type ? type : "no content type")}";

    private static string? MediaType(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type ? type.Length <= LongestMediaType ? type : type[..LongestMediaType] : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? asked?.Date - time.GetUtcNow();
        return wait is { } given ? TimeSpan.FromTicks(long.Clamp(given.Ticks, 0, LongestRetryAfter.Ticks)) : null;
    }
}

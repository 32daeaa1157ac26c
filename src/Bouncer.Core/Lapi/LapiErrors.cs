using System.Net;
using System.Text.Json;
using Bouncer.Connections;

namespace Bouncer.Lapi;

/// <summary>Creates the exception of a failed call. A body that ends early is <see cref="LapiErrorKind.BadDocument"/>; a connection
/// that breaks in any other way is <see cref="LapiErrorKind.Unreachable"/>.</summary>
internal static class LapiErrors
{
    private const int LongestMediaType = 60;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    internal static LapiException TooLarge(long maxBytes) =>
        new(LapiErrorKind.TooLarge, $"LAPI's answer is larger than the {maxBytes} bytes that Bouncer:Lapi:MaxResponseBytes allows.");

    internal static LapiException Slow(ConnectionSettings lapi) => new(LapiErrorKind.Timeout, $"LAPI at {lapi.Place} did not end its answer in time.");

    /// <summary>The error for a status other than 200. The body is not read.</summary>
    internal static LapiException Of(HttpResponseMessage response, ConnectionSettings lapi, TimeProvider time)
    {
        var (said, isOther) = (Describe(response), IsOfOthers(response));
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when isOther => new(
                LapiErrorKind.NotFound,
                $"What answers at {lapi.Section}:Url is no LAPI, perhaps a proxy before it ({said})."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when CertificateOf(response) is { } certificate => new(
                LapiErrorKind.Forbidden,
                $"LAPI at {lapi.Address} refused the client certificate '{certificate}' ({said}). Its OU must be one of api.server.tls.bouncers_allowed_ou, and it must not be revoked; "
                + "a key does not count beside it. LAPI's log has the reason, or LAPI's database failed."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                LapiErrorKind.Forbidden,
                $"LAPI at {lapi.Address} refused the credentials ({said}). The key may be wrong, or LAPI's database failed."),
            >= (HttpStatusCode)300 and < (HttpStatusCode)400 => new(
                LapiErrorKind.Redirected,
                $"{lapi.Section}:Url leads to a redirect ({said}), which is not followed so that the key stays there."),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => new(
                LapiErrorKind.NotFound,
                $"What answers at {lapi.Section}:Url is no LAPI ({said})."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new(
                LapiErrorKind.Busy,
                $"{(isOther ? $"What answers at {lapi.Section}:Url, perhaps a proxy before LAPI," : $"LAPI at {lapi.Address}")} asked to be called later ({said}).")
            { RetryAfter = RetryAfter(response, time) },
            HttpStatusCode.ProxyAuthenticationRequired when lapi.Via is { } via => new(
                LapiErrorKind.Unreachable,
                $"The proxy {via} wants a user name and a password (status 407): write them in {lapi.Section}:Proxy."),
            (>= (HttpStatusCode)400 and < (HttpStatusCode)500 and not HttpStatusCode.RequestTimeout) or HttpStatusCode.NotImplemented => new(
                LapiErrorKind.NotOffered,
                (isOther ? $"What answers at {lapi.Section}:Url is no LAPI ({said})." : $"LAPI at {lapi.Address} does not offer what was asked ({said}).")
                + (response.StatusCode == HttpStatusCode.BadRequest && !IsJson(response) ? TlsHint(lapi) : "")),
            HttpStatusCode.InternalServerError when !isOther => new(LapiErrorKind.Internal, $"LAPI at {lapi.Address} answered with {said}."),
            _ => new(LapiErrorKind.Status, $"{(isOther ? $"What answers at {lapi.Section}:Url, perhaps a proxy before LAPI," : $"LAPI at {lapi.Address}")} answered with {said}."),
        };
    }

    /// <summary>The error for an unreadable answer with status 200.</summary>
    internal static LapiException Of(JsonException exception, HttpResponseMessage response, ConnectionSettings lapi) => new(
        LapiErrorKind.BadDocument,
        IsOfOthers(response)
            ? $"What answers at {lapi.Section}:Url is no LAPI ({Describe(response)})."
            : $"The answer of LAPI at {lapi.Address} is no list of decisions, or is incomplete ({Describe(response)}).",
        exception);

    /// <summary>The error for an exception of the HTTP client or of the stream of a body.</summary>
    internal static LapiException Of(Exception exception, CallDeadline deadline, ConnectionSettings lapi) => exception switch
    {
        TlsFileException file => new(LapiErrorKind.NoCredentials, $"{lapi.Section}:Tls:{file.Message}", exception),
        _ when deadline.HasPassed => new(LapiErrorKind.Timeout, $"LAPI at {lapi.Place} did not answer in time.", exception),
        OperationCanceledException => new(LapiErrorKind.Timeout, $"No connection to LAPI at {lapi.Place} could be made: it timed out.", exception),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new(LapiErrorKind.BadDocument, "LAPI's answer was cut.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            LapiErrorKind.Unreachable, $"No secure connection to LAPI at {lapi.Place} could be made: {TlsFault.Explain(exception, lapi.HasCertificate)}.", exception),
        _ when TlsFault.FindClientFault(exception, lapi.HasCertificate) is { } reason => new(
            LapiErrorKind.Unreachable, $"No secure connection to LAPI at {lapi.Place} could be made: {reason}.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            LapiErrorKind.Unreachable,
            lapi.Via is { } via ? $"The host of the proxy {via} on the way to LAPI is not known." : $"The host '{lapi.Url.Host}' that {lapi.Section}:Url names is not known.",
            exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } proxy => new(
            LapiErrorKind.Unreachable, $"No connection to LAPI at {lapi.Place} could be made: {ConnectionFault.ExplainProxy(proxy)}.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new(
            LapiErrorKind.Unreachable, $"No connection to LAPI at {lapi.Place} could be made: {ConnectionFault.Explain(exception, lapi)}.", exception),
        _ => new(LapiErrorKind.Unreachable, $"The connection to LAPI at {lapi.Place} failed: {Fault(exception, lapi)}", exception),
    };

    /// <summary>The client certificate that the request's connection has; null for none.</summary>
    private static string? CertificateOf(HttpResponseMessage response) =>
        response.RequestMessage?.Options.TryGetValue(ConnectionSettings.Certificate, out var certificate) == true ? certificate : null;

    /// <summary>The sentence for a failure of an established connection, with its full stop.</summary>
    private static string Fault(Exception exception, ConnectionSettings lapi) => Causes.Of(exception)
        .Select(ErrorOf).FirstOrDefault(error => error is not null and not HttpRequestError.Unknown) switch
    {
        HttpRequestError.ResponseEnded => "it was closed before the answer was complete." + TlsHint(lapi),
        HttpRequestError.InvalidResponse => "what answers does not speak HTTP as it should (InvalidResponse)." + TlsHint(lapi),
        HttpRequestError.ConfigurationLimitExceeded => "the headers of the answer are too long (ConfigurationLimitExceeded).",
        { } error => $"the HTTP client says {error}.",
        _ => ConnectionFault.Explain(exception, lapi) + ".",
    };

    private static HttpRequestError? ErrorOf(Exception exception) => exception switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException body => body.HttpRequestError,
        _ => null,
    };

    private static string TlsHint(ConnectionSettings lapi) =>
        lapi.Url.Scheme == Uri.UriSchemeHttp ? $" If that port speaks TLS, {lapi.Section}:Url must begin with https://." : "";

    private static bool IsJson(HttpResponseMessage response) =>
        MediaType(response)?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether the content has a type that LAPI never sends: it sends only JSON.</summary>
    private static bool IsOfOthers(HttpResponseMessage response) => MediaType(response) is not null && !IsJson(response);

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

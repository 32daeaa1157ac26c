using Microsoft.Extensions.Primitives;

namespace Bouncer.Testing;

/// <summary>A request that an <see cref="AppSecServer"/> was asked about, as AppSec's rules see it. Safe to use from several threads.</summary>
public sealed class InspectedRequest
{
    private int _status;

    /// <summary>The method of the call to AppSec, which need not be the visitor's: <see cref="Verb"/>.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path of the call to AppSec, which is not the visitor's: <see cref="Uri"/>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The visitor's address, <c>X-Crowdsec-Appsec-Ip</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? ClientAddress { get; init; }

    /// <summary>What the visitor asked for, with its query, <c>X-Crowdsec-Appsec-Uri</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? Uri { get; init; }

    /// <summary>The host that the visitor asked, <c>X-Crowdsec-Appsec-Host</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? Host { get; init; }

    /// <summary>The visitor's method, <c>X-Crowdsec-Appsec-Verb</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? Verb { get; init; }

    /// <summary>The visitor's user agent, <c>X-Crowdsec-Appsec-User-Agent</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? UserAgent { get; init; }

    /// <summary>The visitor's version of HTTP in two digits, such as <c>11</c> or <c>20</c>, <c>X-Crowdsec-Appsec-Http-Version</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? HttpVersion { get; init; }

    /// <summary>The id under which CrowdSec logs the request, <c>X-Crowdsec-Appsec-Transaction-Id</c>.</summary>
    /// <value>As sent; null when it was missing.</value>
    public string? TransactionId { get; init; }

    /// <summary>
    /// The headers that rules see: those of the call without the eight above and the API key. <c>Host</c> and <c>User-Agent</c> are the
    /// visitor's, and missing where the call did not name them.
    /// </summary>
    /// <value>By name in any case; the values of a header that came several times are kept apart.</value>
    public IReadOnlyDictionary<string, StringValues> Headers { get; init; } = new Dictionary<string, StringValues>();

    /// <summary>The body that is inspected.</summary>
    /// <value>Empty when there was none, or <see cref="BodySizeAction"/> leaves none. Not to be changed.</value>
    public byte[] Body { get; init; } = [];

    /// <summary>
    /// Whether <see cref="Body"/> is not all of it: it was larger than <see cref="AppSecServerOptions.MaxBodySize"/>, or did not arrive
    /// within <see cref="AppSecServerOptions.BodyReadTimeout"/>.
    /// </summary>
    public bool IsBodyTruncated { get; init; }

    /// <summary>The length of the body that the call announced, in bytes.</summary>
    /// <value>Null when it announced none: there was no body, or it came in chunks.</value>
    public long? ContentLength { get; init; }

    /// <summary>The HTTP status of the answer to the call.</summary>
    /// <value>0 until the answer begins.</value>
    public int Status
    {
        get => Volatile.Read(ref _status);
        init => _status = value;
    }

    internal void Answered(int status) => Volatile.Write(ref _status, status);
}

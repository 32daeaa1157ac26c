namespace Bouncer.Lapi;

/// <summary>What kept a call to LAPI from succeeding; also the bounded tag that metrics use.</summary>
internal enum LapiErrorKind
{
    /// <summary>No connection, or it broke: refused, reset, no such host, a failed TLS handshake.</summary>
    Unreachable,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>401 or 403. LAPI says so for faults of its own database, too: no proof of a bad key.</summary>
    Forbidden,

    /// <summary>Any 3xx: never followed, for the key would travel along.</summary>
    Redirected,

    /// <summary>404 or 405: whatever answers there is no LAPI.</summary>
    NotFound,

    /// <summary>Any other 4xx, or 501: what was asked is not offered.</summary>
    NotOffered,

    /// <summary>429 or 503: come back later.</summary>
    Busy,

    /// <summary>500, said by LAPI itself: its database fails.</summary>
    Internal,

    /// <summary>Any other status that is not 200.</summary>
    Status,

    /// <summary>The body is not what LAPI sends, or was cut.</summary>
    BadDocument,

    /// <summary>The body is larger than <see cref="LapiOptions.MaxResponseBytes"/>.</summary>
    TooLarge,

    /// <summary>The key file cannot be read or is empty.</summary>
    NoCredentials,
}

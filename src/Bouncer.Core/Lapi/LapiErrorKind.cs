namespace Bouncer.Lapi;

/// <summary>Why a call to LAPI failed.</summary>
internal enum LapiErrorKind
{
    /// <summary>No connection, or it broke: refused, reset, no such host, a failed TLS handshake.</summary>
    Unreachable,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>401 or 403. LAPI also sends it if its database fails, so it does not prove a wrong key.</summary>
    Forbidden,

    /// <summary>Any 3xx. Never followed, because the key would be sent along.</summary>
    Redirected,

    /// <summary>404 or 405: the server at this URL is not LAPI.</summary>
    NotFound,

    /// <summary>Any other 4xx, or 501: the request is not supported.</summary>
    NotOffered,

    /// <summary>429 or 503: try again later.</summary>
    Busy,

    /// <summary>500 from LAPI itself: its database fails.</summary>
    Internal,

    /// <summary>Any other status that is not 200.</summary>
    Status,

    /// <summary>The body is malformed or truncated.</summary>
    BadDocument,

    /// <summary>The body is larger than <see cref="LapiOptions.MaxResponseBytes"/>.</summary>
    TooLarge,

    /// <summary>The key file cannot be read or is empty.</summary>
    NoCredentials,
}

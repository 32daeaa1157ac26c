namespace Bouncer.Testing;

/// <summary>The version of CrowdSec whose answers a <see cref="LocalApiServer"/> gives.</summary>
public enum LocalApiDialect
{
    /// <summary>Like 1.7.8: chunked streams, whole seconds, lists never null, last pull per key and address.</summary>
    Newest,

    /// <summary>Like 1.4.6 of Debian 12: one JSON document, fractional seconds, null lists, last pull per key.</summary>
    V146,
}

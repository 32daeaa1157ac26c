namespace Bouncer.Testing;

/// <summary>Which CrowdSec's answers are given.</summary>
public enum LocalApiDialect
{
    /// <summary>Like 1.7.8: chunked streams, whole seconds, lists never null, last pull per key and address.</summary>
    Newest,

    /// <summary>Like 1.4.6 of Debian 12: one JSON document, fractional seconds, null lists, last pull per key.</summary>
    V146,
}

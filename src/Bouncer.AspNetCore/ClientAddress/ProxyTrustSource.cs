namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>The origin of the trust in proxies.</summary>
internal enum ProxyTrustSource
{
    /// <summary>No settings and no registered options: the framework's middleware may have its own options.</summary>
    None,

    /// <summary>Section <c>Bouncer:Proxies</c>.</summary>
    Settings,

    /// <summary>The registered <c>ForwardedHeadersOptions</c>.</summary>
    Framework,
}

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Who said whom to believe.</summary>
internal enum ProxyTrustSource
{
    /// <summary>No settings, and no registered options: the framework's middleware may have options of its own.</summary>
    None,

    /// <summary>Section <c>Bouncer:Proxies</c>.</summary>
    Settings,

    /// <summary>The registered <c>ForwardedHeadersOptions</c>.</summary>
    Framework,
}

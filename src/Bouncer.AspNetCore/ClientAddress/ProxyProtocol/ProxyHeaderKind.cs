namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>On whose behalf a proxy connects.</summary>
internal enum ProxyHeaderKind
{
    /// <summary>Its own, as in a health check (<c>LOCAL</c>).</summary>
    Local,

    /// <summary>A client that it does not name: <c>UNKNOWN</c>, an unspecified family or protocol, a Unix socket.</summary>
    Unnamed,

    /// <summary>A client that it names.</summary>
    Named,
}

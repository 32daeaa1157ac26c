namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>For whom a proxy speaks.</summary>
internal enum ProxyHeaderKind
{
    /// <summary>For itself, as in a health check (<c>LOCAL</c>).</summary>
    Local,

    /// <summary>For a client that it does not name: <c>UNKNOWN</c>, an unspecified family or protocol, a Unix socket.</summary>
    Unnamed,

    /// <summary>For a client that it names.</summary>
    Named,
}

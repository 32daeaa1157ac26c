using System.Net;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>The content of a PROXY protocol header.</summary>
/// <param name="Kind">On whose behalf the proxy connects.</param>
/// <param name="Source">The client, if named.</param>
/// <param name="Destination">The address that the client connected to, if named.</param>
internal readonly record struct ProxyHeader(ProxyHeaderKind Kind, IPEndPoint? Source = null, IPEndPoint? Destination = null);

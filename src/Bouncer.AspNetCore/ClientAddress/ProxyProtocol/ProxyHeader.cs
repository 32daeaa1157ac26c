using System.Net;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>What a PROXY protocol header says.</summary>
/// <param name="Kind">For whom the proxy speaks.</param>
/// <param name="Source">The client, if it is named.</param>
/// <param name="Destination">Where the client connected to, if it is named.</param>
internal readonly record struct ProxyHeader(ProxyHeaderKind Kind, IPEndPoint? Source = null, IPEndPoint? Destination = null);

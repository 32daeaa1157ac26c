using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Finds the address by which a request is checked. Must be thread-safe; called for every checked request, so it should
/// not allocate.</summary>
/// <remarks>The built-in one uses <c>Connection.RemoteIpAddress</c>, after the headers of trusted proxies were applied. Your own
/// implementation must not trust a header that a client can set.</remarks>
public interface IClientAddressResolver
{
    /// <summary>Finds the client's address.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The address, or null if there is none: the verdict is then <see cref="VerdictSource.Unresolved"/>, and
    /// <see cref="BouncerHttpOptions.WhenUnresolved"/> decides.</returns>
    IPAddress? GetClientAddress(HttpContext context);
}

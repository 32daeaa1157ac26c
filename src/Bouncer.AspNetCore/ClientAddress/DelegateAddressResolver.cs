using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

internal sealed class DelegateAddressResolver(Func<HttpContext, IPAddress?> resolve) : IClientAddressResolver
{
    public IPAddress? GetClientAddress(HttpContext context) => resolve(context);
}

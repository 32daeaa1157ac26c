using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Requests;

namespace Microsoft.AspNetCore.Http;

/// <summary>Gives the application access to what the bouncer knows about a request.</summary>
public static class BouncerHttpContextExtensions
{
    /// <summary>Gets the verdict on the client of this request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The verdict. Its source is <see cref="VerdictSource.NotChecked"/> if the request did not pass the bouncer or its
    /// endpoint is exempt.</returns>
    public static BouncerVerdict GetBouncerVerdict(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IBouncerFeature>()?.Verdict ?? new(default, null, VerdictSource.NotChecked);
    }

    /// <summary>Whether the request came through a proxy: with a header in which proxies name their clients, trusted or not, or on
    /// a connection that began with a PROXY protocol header. Do not respond to such a request with anything that is only for this
    /// machine: the headers can name any client, even <c>127.0.0.1</c>.</summary>
    /// <remarks>Known where the bouncer reads the headers: before all other middleware with <c>AddBouncer</c>, otherwise after
    /// <c>UseBouncer</c>. The headers themselves may be missing: the bouncer removes those that it used and those that later
    /// middleware must not use. A proxy that adds no such header is not detected.</remarks>
    /// <param name="context">The request.</param>
    public static bool CameThroughProxy(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ForwardedFeature>() is not null || ProxyProtocolFeature.Of(context) is not null;
    }
}

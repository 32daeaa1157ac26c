using Bouncer;
using Bouncer.AspNetCore;

namespace Microsoft.AspNetCore.Http;

/// <summary>Reads the bouncer's verdict in the application.</summary>
public static class BouncerHttpContextExtensions
{
    /// <summary>The verdict on the client of this request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The verdict; "allowed, by the store" if there is nothing to say or the request was not checked.</returns>
    public static BouncerVerdict GetBouncerVerdict(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IBouncerFeature>()?.Verdict ?? default;
    }
}

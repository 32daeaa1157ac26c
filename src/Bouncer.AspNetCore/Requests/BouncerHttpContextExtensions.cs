using Bouncer;
using Bouncer.AspNetCore;

namespace Microsoft.AspNetCore.Http;

/// <summary>Gives the application access to the bouncer's verdict.</summary>
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
}

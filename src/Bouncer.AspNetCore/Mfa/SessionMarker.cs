using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Marks the application's cookie sessions, so that a second factor that was shown in one does not count in the
/// next.</summary>
internal sealed class SessionMarker : IPostConfigureOptions<CookieAuthenticationOptions>
{
    public void PostConfigure(string? name, CookieAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var own = options.Events.OnSigningIn;
        options.Events.OnSigningIn = context =>
        {
            SessionMark.Put(context.HttpContext, context.Properties);
            return own(context);
        };
    }
}

using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>Binds the options to section <c>Http</c> of the bouncer's section.</summary>
internal static class BouncerHttpOptionsSection
{
    internal static void Bind(CleanSection section, BouncerHttpOptions options)
    {
        options.AppSec.Tls.Pins = section.List("AppSec:Tls:Pins", options.AppSec.Tls.Pins);
        options.Mfa.AcrValues = section.List("Mfa:AcrValues", options.Mfa.AcrValues);
        options.Mfa.OpenPaths = section.List("Mfa:OpenPaths", options.Mfa.OpenPaths);
        section.Values.Bind(options);
    }
}

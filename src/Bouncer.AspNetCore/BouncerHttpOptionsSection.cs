using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>Fills the options from section <c>Http</c> of the bouncer's own.</summary>
internal static class BouncerHttpOptionsSection
{
    internal static void Bind(CleanSection section, BouncerHttpOptions options)
    {
        options.Mfa.AcrValues = section.List("Mfa:AcrValues", options.Mfa.AcrValues);
        options.Mfa.OpenPaths = section.List("Mfa:OpenPaths", options.Mfa.OpenPaths);
        section.Values.Bind(options);
    }
}

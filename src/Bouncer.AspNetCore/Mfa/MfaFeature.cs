using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Mfa;

internal static class MfaFeature
{
    internal static void AddMfa(this IServiceCollection services)
    {
        services.AddSingleton(FeatureSettings.Of(MfaSettings.Create));
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, MfaSchemesValidator>();
        services.AddSingleton<StepUpChallenge>();
        services.AddSingleton<MfaHandler>();
        services.AddSingleton(RemediationRegistration.Of<MfaHandler>(Remediation.Mfa));
        services.AddSingleton<IMfaClearance, MfaClearance>();
        services.AddSingleton<IPostConfigureOptions<CookieAuthenticationOptions>, SessionMarker>();
        services.AddSingleton<OneTimeCodeVerifier>();
        services.TryAddSingleton<IOneTimeCodeGuard, OneTimeCodeGuard>();
        services.AddSingleton(new AdapterSection("Http:Mfa:UserNameClaim") { IsReadOnce = true });
        services.AddSingleton<UserNameResolver>();
        services.AddSingleton<IClientScope>(static provider => provider.GetRequiredService<UserNameResolver>());
        services.AddSingleton(ScopeRegistration.Of(DecisionScope.Username, static provider => provider.GetRequiredService<UserNameResolver>()) with
        {
            IsOn = static options => options.Mfa.UserNameClaim is not null,
            Keys = ["Mfa:UserNameClaim"],
        });
    }
}

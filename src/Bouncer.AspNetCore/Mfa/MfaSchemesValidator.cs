using Bouncer.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Finds authentication schemes in the settings that the application does not have: with such a scheme every user would
/// be unknown.</summary>
internal sealed class MfaSchemesValidator(IAuthenticationSchemeProvider? schemes = null) : IValidateOptions<BouncerHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        var errors = new SettingErrors(options, "Http", "Mfa");
        Check("AuthenticateScheme", options.Mfa.AuthenticateScheme, errors);
        Check("ChallengeScheme", options.Mfa.ChallengeScheme, errors);
        return errors.Result;
    }

    /// <remarks>Only the framework's own provider is known to answer synchronously.</remarks>
    private void Check(string key, string? scheme, SettingErrors errors)
    {
        if (scheme is not null && !(schemes?.GetSchemeAsync(scheme) is { } found && (!found.IsCompletedSuccessfully || found.Result is not null)))
        {
            errors.Add(key, $"names the authentication scheme '{scheme}', which the application does not have: add it with AddAuthentication().");
        }
    }
}

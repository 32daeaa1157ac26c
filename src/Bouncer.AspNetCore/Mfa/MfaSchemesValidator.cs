using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Finds authentication schemes that the settings name and the application does not have: by one of those every user would
/// be unknown.</summary>
internal sealed class MfaSchemesValidator(IAuthenticationSchemeProvider? schemes = null) : IValidateOptions<BouncerHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        string[] errors = [.. new[] { Check("AuthenticateScheme", options.Mfa.AuthenticateScheme), Check("ChallengeScheme", options.Mfa.ChallengeScheme) }.OfType<string>()];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <remarks>Only the framework's own provider is known to answer at once.</remarks>
    private string? Check(string key, string? scheme) =>
        scheme is null || (schemes?.GetSchemeAsync(scheme) is { } found && (!found.IsCompletedSuccessfully || found.Result is not null))
            ? null
            : $"Bouncer:Http:Mfa:{key} names the authentication scheme '{scheme}', which the application does not have: add it with AddAuthentication().";
}

using System.Buffers;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Validates the form of the second factor's settings.</summary>
internal static class MfaOptionsValidator
{
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("?#\\;*{}");

    internal static void Validate(MfaOptions mfa, SettingErrors errors)
    {
        errors.Check("MaxAge", mfa.MaxAge);
        errors.CheckChoice("AnonymousFallback", mfa.AnonymousFallback);
        for (var i = 0; i < mfa.AcrValues?.Count; i++)
        {
            var acr = mfa.AcrValues[i];
            if (acr.Length == 0 || acr.AsSpan().ContainsAnyExceptInRange('!', '~') || acr.AsSpan().ContainsAny('"', '\\'))
            {
                errors.Add($"AcrValues:{i}", $"is '{acr}', which is not a value of acr: visible ASCII without blank, quote and backslash.");
            }
        }

        ValidatePath("StepUpPath", mfa.StepUpPath, errors);
        for (var i = 0; i < mfa.OpenPaths?.Count; i++)
        {
            ValidatePath($"OpenPaths:{i}", mfa.OpenPaths[i], errors);
        }

        // Without an open path, the login page itself would send users to log in again.
        var challenges = mfa.ChallengeScheme is not null || mfa.AnonymousFallback == AnonymousFallback.Challenge;
        if (challenges && mfa.OpenPaths is not { Count: > 0 })
        {
            errors.Add("OpenPaths", "is empty: name the login page or the scheme's callback path; otherwise clients that are challenged can never pass.");
        }
    }

    private static void ValidatePath(string key, string? path, SettingErrors errors)
    {
        if (path is not null && (path is not ['/', not '/', ..] || path[^1] == '/' || path.AsSpan().ContainsAny(NotInPaths) || path.AsSpan().ContainsAnyInRange('\0', ' ')))
        {
            errors.Add(key, $"is '{path}', which is not a path like /account/login: one path, without query, wildcard or parameter, and without a slash at its end. Paths below it are included.");
        }
    }
}

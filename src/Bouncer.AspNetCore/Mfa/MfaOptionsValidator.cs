namespace Bouncer.AspNetCore.Mfa;

/// <summary>Finds what is wrong with the form of the second factor's settings.</summary>
internal static class MfaOptionsValidator
{
    private const string Section = "Bouncer:Http:Mfa";

    private static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromHours(24);

    internal static void Validate(MfaOptions mfa, List<string> errors)
    {
        if (mfa.MaxAge < ShortestAge || mfa.MaxAge > LongestAge)
        {
            errors.Add($"{Section}:MaxAge is {mfa.MaxAge}; it goes from {ShortestAge} to {LongestAge}.");
        }

        if (!Enum.IsDefined(mfa.AnonymousFallback))
        {
            errors.Add($"{Section}:AnonymousFallback is none of {string.Join(", ", Enum.GetNames<AnonymousFallback>())}.");
        }

        foreach (var acr in mfa.AcrValues ?? [])
        {
            if (acr.Length == 0 || acr.AsSpan().ContainsAnyExceptInRange('!', '~') || acr.AsSpan().ContainsAny('"', '\\'))
            {
                errors.Add($"{Section}:AcrValues: '{acr}' is no value of acr: visible ASCII without blank, quote and backslash.");
            }
        }

        ValidatePath("StepUpPath", mfa.StepUpPath, errors);
        foreach (var path in mfa.OpenPaths ?? [])
        {
            ValidatePath("OpenPaths", path, errors);
        }

        // Without a way in, whoever is sent to log in is sent there again by the page that logs in.
        var challenges = mfa.ChallengeScheme is not null || mfa.AnonymousFallback == AnonymousFallback.Challenge;
        if (challenges && mfa.OpenPaths is not { Count: > 0 })
        {
            errors.Add($"{Section}:OpenPaths is empty: name the login page or the scheme's callback path, or clients that are challenged can never pass.");
        }
    }

    private static void ValidatePath(string key, string? path, List<string> errors)
    {
        if (path is not null && (path is not ['/', not '/', ..] || path[^1] == '/' || path.AsSpan().ContainsAny("?#\\") || path.AsSpan().ContainsAnyInRange('\0', ' ')))
        {
            errors.Add($"{Section}:{key}: '{path}' is no path like /account/login, without query and without a slash at its end.");
        }
    }
}

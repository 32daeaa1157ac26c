using System.Collections.Frozen;
using System.Globalization;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>One valid state of the second factor's settings. Immutable.</summary>
internal sealed record MfaSettings
{
    internal static MfaSettings Create(SettingsSource source) => Create(source.Options.Mfa, source.Options.PathPrefix);

    internal required string? UserNameClaim { get; init; }

    internal required string? AuthenticateScheme { get; init; }

    internal required string? ChallengeScheme { get; init; }

    internal required string? Policy { get; init; }

    internal required FrozenSet<string> AcrValues { get; init; }

    internal required TimeSpan MaxAge { get; init; }

    internal required PathString StepUpPath { get; init; }

    internal required IReadOnlyList<PathString> OpenPaths { get; init; }

    internal required AnonymousFallback AnonymousFallback { get; init; }

    /// <summary>The prefix of the bouncer's own pages, to which users never return.</summary>
    internal required string PathPrefix { get; init; }

    private static MfaSettings Create(MfaOptions options, string pathPrefix) => new()
    {
        UserNameClaim = options.UserNameClaim,
        AuthenticateScheme = options.AuthenticateScheme,
        ChallengeScheme = options.ChallengeScheme,
        Policy = options.Policy,
        AcrValues = (options.AcrValues ?? []).ToFrozenSet(StringComparer.Ordinal),
        MaxAge = options.MaxAge,
        StepUpPath = options.StepUpPath,
        OpenPaths = [.. (options.OpenPaths ?? []).Select(path => PathString.FromUriComponent(path))],
        AnonymousFallback = options.AnonymousFallback,
        PathPrefix = pathPrefix,
    };

    /// <summary>The values in the form of RFC 9470 and OpenID Connect.</summary>
    internal string AcrText => field ??= string.Join(' ', AcrValues.Order(StringComparer.Ordinal));

    internal string MaxAgeText => field ??= ((long)MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether there is a page to which a browser can be sent.</summary>
    internal bool HasStepUp => StepUpPath.HasValue || ChallengeScheme is not null || AnonymousFallback == AnonymousFallback.Challenge;

    /// <summary>Whether a path must stay open to users on the way to their second factor.</summary>
    internal bool IsOpen(HttpRequest request)
    {
        var path = request.Path;
        if (AmbiguousRequest.Is(request))
        {
            return false;
        }

        if (StepUpPath.HasValue && path.StartsWithSegments(StepUpPath, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var open in OpenPaths)
        {
            if (path.StartsWithSegments(open, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

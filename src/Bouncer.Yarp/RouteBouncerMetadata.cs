using Bouncer.AspNetCore;
using Yarp.ReverseProxy.Configuration;

namespace Bouncer.Yarp;

/// <summary>What a route's configuration says to the bouncer.</summary>
internal sealed class RouteBouncerMetadata : IBouncerMetadata
{
    private RouteBouncerMetadata(string? policyName, bool bypass)
    {
        PolicyName = policyName;
        Bypass = bypass;
    }

    public string? PolicyName { get; }

    public bool Bypass { get; }

    /// <summary>Reads a route; what is malformed is reported and means "checked by the default policy".</summary>
    internal static RouteBouncerMetadata Read(RouteConfig route, ICollection<string>? errors = null)
    {
        var policy = Find(route, RouteMetadataKeys.Policy);
        var bypass = Find(route, RouteMetadataKeys.Bypass);
        if (policy is not null && bypass is not null)
        {
            errors?.Add($"has both '{RouteMetadataKeys.Policy}' and '{RouteMetadataKeys.Bypass}'; say one of them");
            return new RouteBouncerMetadata(null, false);
        }

        if (policy is not null && string.IsNullOrWhiteSpace(policy))
        {
            errors?.Add($"has an empty '{RouteMetadataKeys.Policy}'; leave it out for the default policy");
            return new RouteBouncerMetadata(null, false);
        }

        var isBypassed = false;
        if (bypass is not null && !bool.TryParse(bypass, out isBypassed))
        {
            errors?.Add($"has '{bypass}' as '{RouteMetadataKeys.Bypass}'; it is true or false");
        }

        return new RouteBouncerMetadata(policy, isBypassed);
    }

    // YARP compares metadata with case; a key in the wrong case would silently leave a route on the default policy.
    private static string? Find(RouteConfig route, string key) =>
        route.Metadata?.FirstOrDefault(pair => string.Equals(pair.Key, key, StringComparison.OrdinalIgnoreCase)).Value;
}

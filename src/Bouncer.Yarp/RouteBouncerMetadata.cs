using Bouncer.AspNetCore;
using Bouncer.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace Bouncer.Yarp;

/// <summary>The bouncer's metadata from a route's configuration.</summary>
internal sealed class RouteBouncerMetadata : IBouncerMetadata
{
    /// <summary>The prefix of this package's keys; keys without it are ignored.</summary>
    private const string Prefix = "Bouncer.";

    private static readonly string[] Keys = [RouteMetadataKeys.Policy, RouteMetadataKeys.Bypass];

    private RouteBouncerMetadata(string? policyName, bool bypass)
    {
        PolicyName = policyName;
        Bypass = bypass;
    }

    public string? PolicyName { get; }

    public bool Bypass { get; }

    /// <summary>Reads a route. Invalid metadata are reported, and the default policy applies to the route.</summary>
    internal static RouteBouncerMetadata Read(RouteConfig route, ICollection<string>? errors = null)
    {
        if (errors is not null)
        {
            FindUnknown(route, errors);
        }

        var policy = Find(route, RouteMetadataKeys.Policy);
        var bypass = Find(route, RouteMetadataKeys.Bypass);
        if (policy is not null && bypass is not null)
        {
            errors?.Add($"has both '{RouteMetadataKeys.Policy}' and '{RouteMetadataKeys.Bypass}'; keep one of them");
            return new RouteBouncerMetadata(null, false);
        }

        if (policy is not null && string.IsNullOrWhiteSpace(policy))
        {
            errors?.Add($"has an empty '{RouteMetadataKeys.Policy}'; remove it for the default policy");
            return new RouteBouncerMetadata(null, false);
        }

        var isBypassed = false;
        if (bypass is not null && !bool.TryParse(bypass, out isBypassed))
        {
            errors?.Add($"has '{bypass}' as '{RouteMetadataKeys.Bypass}'; write true or false");
        }

        return new RouteBouncerMetadata(policy, isBypassed);
    }

    private static void FindUnknown(RouteConfig route, ICollection<string> errors)
    {
        foreach (var key in route.Metadata?.Keys.Where(static key => !Keys.Contains(key, StringComparer.OrdinalIgnoreCase)) ?? [])
        {
            var isOurs = key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
            var near = isOurs ? Prefix + NearestKey.Find(key[Prefix.Length..], Keys.Select(static known => known[Prefix.Length..])) : NearestKey.Find(key, Keys);
            if (near is not null)
            {
                errors.Add($"has '{key}' in its metadata, which the bouncer does not know; write {(near == Prefix ? string.Join(" or ", Keys) : near)}");
            }
        }
    }

    // Metadata keys in YARP are case-sensitive: a key in the wrong case would silently leave a route on the default policy.
    private static string? Find(RouteConfig route, string key) =>
        route.Metadata?.FirstOrDefault(pair => string.Equals(pair.Key, key, StringComparison.OrdinalIgnoreCase)).Value;
}

namespace Bouncer.Yarp;

/// <summary>The keys in a route's <c>Metadata</c> that the bouncer reads. A route without them has the default policy.</summary>
public static class RouteMetadataKeys
{
    /// <summary>The name of the policy that applies to the route's requests.</summary>
    public const string Policy = "Bouncer.Policy";

    /// <summary>With the value <c>true</c>, the route's requests are not checked. Cannot be combined with
    /// <see cref="Policy"/>.</summary>
    public const string Bypass = "Bouncer.Bypass";
}

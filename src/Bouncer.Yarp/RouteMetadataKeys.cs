namespace Bouncer.Yarp;

/// <summary>What a route's <c>Metadata</c> may say to the bouncer. A route without either has the default policy.</summary>
public static class RouteMetadataKeys
{
    /// <summary>Names the policy that the route's requests are checked by.</summary>
    public const string Policy = "Bouncer.Policy";

    /// <summary><c>true</c> lets every client through to the route, unchecked. Not together with <see cref="Policy"/>.</summary>
    public const string Bypass = "Bouncer.Bypass";
}

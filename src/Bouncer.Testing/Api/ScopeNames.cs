namespace Bouncer.Testing.Api;

internal static class ScopeNames
{
    public const string Ip = "Ip";
    public const string Range = "Range";

    // Only these four are normalised; any other scope is compared as it is written.
    public static string Normalize(string scope) => scope.ToUpperInvariant() switch
    {
        "IP" => Ip,
        "RANGE" => Range,
        "COUNTRY" => "Country",
        "AS" => "AS",
        _ => scope,
    };
}

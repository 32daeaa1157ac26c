namespace Bouncer.AspNetCore.Hosting;

/// <summary>The scopes that LAPI is asked for. They are the operator's choice, and one without addresses is a mistake in a web
/// application more often than not: a list replaces the default.</summary>
internal static class AskedScopes
{
    internal static bool HaveAddresses(BouncerOptions options) =>
        options.Sync.Scopes is not { Count: > 0 } scopes || scopes.Any(static scope => new DecisionScope(scope).IsAddress);
}

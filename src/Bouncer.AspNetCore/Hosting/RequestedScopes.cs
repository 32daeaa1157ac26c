namespace Bouncer.AspNetCore.Hosting;

/// <summary>The scopes that are requested from LAPI. The operator chooses them. In a web application, a list without addresses is
/// usually a mistake, because it replaces the default.</summary>
internal static class RequestedScopes
{
    internal static bool HaveAddresses(BouncerOptions options) =>
        options.Sync.Scopes is not { Count: > 0 } scopes || scopes.Any(static scope => new DecisionScope(scope).IsAddress);
}

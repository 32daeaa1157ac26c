using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Requests the scopes in use from LAPI.</summary>
internal sealed class ScopeSubscription(ScopesInUse scopes) : IPostConfigureOptions<BouncerOptions>
{
    private static readonly string[] LapiDefault = ["ip", "range"];

    public void PostConfigure(string? name, BouncerOptions options)
    {
        var wanted = Wanted();
        if (wanted.Length == 0)
        {
            return;
        }

        string[] asked = options.Sync.Scopes is { Count: > 0 } named ? [.. named] : LapiDefault;
        options.Sync.Scopes = [.. asked, .. wanted.Except(asked, StringComparer.OrdinalIgnoreCase)];
    }

    private string[] Wanted()
    {
        try
        {
            return [.. scopes.All.Select(registered => registered.Scope.Name).Distinct()];
        }
        catch (OptionsValidationException)
        {
            // The web layer's settings are invalid, which their own validation reports.
            return [];
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Has LAPI asked for the scopes that somebody can resolve.</summary>
internal sealed class ScopeSubscription(IServiceProvider services) : IPostConfigureOptions<BouncerOptions>
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
            return [.. services.GetRequiredService<ScopeResolvers>().All.Select(resolver => resolver.Scope.Name).Distinct()];
        }
        catch (OptionsValidationException)
        {
            // The web layer's settings are not valid, which their own validation reports.
            return [];
        }
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Settings;

/// <summary>Validates the engine's settings for a firewall.</summary>
/// <param name="section">The bouncer's section; null if the settings are made in code.</param>
internal sealed class EngineOptionsValidator(IConfiguration? section) : IValidateOptions<BouncerOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerOptions options)
    {
        var sync = section is null ? "Bouncer:Sync" : section.GetSection("Sync").Path;
        List<string> errors = [];
        if (options.Sync.Mode != BouncerMode.Stream)
        {
            errors.Add($"{sync}:Mode is {options.Sync.Mode}: a firewall must know all decisions before packets arrive; set it to Stream.");
        }

        if (options.Sync.MinIPv4PrefixLength < 1 || options.Sync.MinIPv6PrefixLength < 1)
        {
            errors.Add($"{sync}:MinIPv4PrefixLength and MinIPv6PrefixLength must be at least 1 for a firewall: a range of length 0 blocks every address.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

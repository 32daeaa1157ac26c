using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Policies;
using Bouncer.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds every remediation in the settings that has no handler: at startup, and before a reload takes effect.</summary>
internal sealed class RemediationsValidator(
    IEnumerable<RemediationRegistration> registrations, IEnumerable<IConfigureOptions<BouncerHttpOptions>> sources)
    : IValidateOptions<BouncerHttpOptions>, IValidateOptions<BouncerOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        var errors = new SettingErrors(options, "Http");
        Check("WhenUnavailable", options.WhenUnavailable, errors);
        Check("WhenUnresolved", options.WhenUnresolved, errors);
        Check("WhenUnavailable", options.AppSec.WhenUnavailable, errors.In("AppSec"));
        Check("WhenTooSlow", options.AppSec.WhenTooSlow, errors.In("AppSec"));
        foreach (var (policy, settings) in options.Policies)
        {
            var ofPolicy = errors.In("Policies").In(policy);
            Check("WhenUnresolved", settings.WhenUnresolved, ofPolicy);
            Check("WhenUnavailable", settings.WhenUnavailable, ofPolicy);
            Check("Maximum", settings.Maximum, ofPolicy);
            for (var i = 0; i < settings.Rules.Count; i++)
            {
                Check($"Rules:{i}:Remediation", settings.Rules[i].Remediation, ofPolicy);
            }

            foreach (var (remediation, instead) in settings.Map)
            {
                Check($"Map:{remediation}", instead, ofPolicy);
            }
        }

        return errors.Result;
    }

    public ValidateOptionsResult Validate(string? name, BouncerOptions options)
    {
        // The engine's options are read elsewhere, from the same section.
        var section = sources.OfType<SectionBinder<BouncerHttpOptions>>().LastOrDefault()?.Path ?? "Bouncer";
        var key = section.Length == 0 ? nameof(options.FallbackRemediation) : $"{section}:{nameof(options.FallbackRemediation)}";
        if (Find(options.FallbackRemediation) is { } error)
        {
            return ValidateOptionsResult.Fail($"{key} {error}");
        }

        // The engine does not know it, unless the application has defined one of that name, and so could not rank it.
        return new Remediation(options.FallbackRemediation) == UnresolvedRemediation.Refuse && registrations.Count(IsRefuse) == 1
            ? ValidateOptionsResult.Fail($"{key} is 'refuse', which is only for requests without a client address: write ban.")
            : ValidateOptionsResult.Success;
    }

    private static bool IsRefuse(RemediationRegistration registered) => registered.Remediation == UnresolvedRemediation.Refuse;

    private void Check(string key, string? named, SettingErrors errors)
    {
        if (Find(named) is { } error)
        {
            errors.Add(key, error);
        }
    }

    /// <summary>The error in the name of a remediation; null if there is none.</summary>
    private string? Find(string? named)
    {
        var remediation = new Remediation(named);
        if (remediation.IsNone || registrations.Any(registered => registered.Remediation == remediation))
        {
            return null;
        }

        var known = registrations.Select(static registered => registered.Remediation.Name).Order(StringComparer.Ordinal).Append("none").Distinct();
        return $"names the remediation '{remediation}', which has no handler. Known remediations: {string.Join(", ", known)}. Add your own handler with AddRemediation.";
    }
}

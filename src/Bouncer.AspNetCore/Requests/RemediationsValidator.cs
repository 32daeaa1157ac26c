using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Policies;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds every remediation that the settings name and nothing carries out: at the start, and before a reload takes
/// effect.</summary>
internal sealed class RemediationsValidator(IEnumerable<RemediationRegistration> registrations)
    : IValidateOptions<BouncerHttpOptions>, IValidateOptions<BouncerOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        List<string> errors = [];
        Check("Bouncer:Http:WhenUnavailable", options.WhenUnavailable, errors);
        Check("Bouncer:Http:WhenUnresolved", options.WhenUnresolved, errors);
        foreach (var (policy, settings) in options.Policies)
        {
            Check($"Bouncer:Http:Policies:{policy}:WhenUnresolved", settings.WhenUnresolved, errors);
            Check($"Bouncer:Http:Policies:{policy}:WhenUnavailable", settings.WhenUnavailable, errors);
            Check($"Bouncer:Http:Policies:{policy}:Cap", settings.Cap, errors);
            for (var i = 0; i < settings.Rules.Count; i++)
            {
                Check($"Bouncer:Http:Policies:{policy}:Rules:{i}:As", settings.Rules[i].As, errors);
            }

            foreach (var (remediation, instead) in settings.Treat)
            {
                Check($"Bouncer:Http:Policies:{policy}:Treat:{remediation}", instead, errors);
            }
        }

        return Result(errors);
    }

    public ValidateOptionsResult Validate(string? name, BouncerOptions options)
    {
        List<string> errors = [];
        Check("Bouncer:FallbackRemediation", options.FallbackRemediation, errors);

        // The engine does not know it, unless the application has one of that name, and so could not rank it.
        if (new Remediation(options.FallbackRemediation) == UnresolvedRemediation.Refuse && registrations.Count(IsRefuse) == 1)
        {
            errors.Add("Bouncer:FallbackRemediation is 'refuse', which answers requests without a client's address: name ban.");
        }

        return Result(errors);
    }

    private static bool IsRefuse(RemediationRegistration registered) => registered.Remediation == UnresolvedRemediation.Refuse;

    private void Check(string key, string? named, List<string> errors)
    {
        var remediation = new Remediation(named);
        if (!remediation.IsNone && registrations.All(registered => registered.Remediation != remediation))
        {
            var known = registrations.Select(static registered => registered.Remediation.Name).Order(StringComparer.Ordinal).Append("none").Distinct();
            errors.Add($"{key} names the remediation '{remediation}', which nothing carries out. There are {string.Join(", ", known)}; a handler of your own is added with AddRemediation.");
        }
    }

    private static ValidateOptionsResult Result(List<string> errors) =>
        errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
}

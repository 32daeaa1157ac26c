using Bouncer.Configuration;

namespace Bouncer.AspNetCore.Policies;

/// <summary>Validates the form of the policies.</summary>
internal static class BouncerPolicyOptionsValidator
{
    internal static void Validate(BouncerPolicyOptions policy, SettingErrors errors)
    {
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            ValidateRule($"Rules:{i}", policy.Rules[i], errors);
        }

        foreach (var same in policy.Map.Keys.GroupBy(static key => new Remediation(key)).Where(static same => same.Count() > 1))
        {
            errors.Add("Map", $"maps the remediation '{same.Key}' more than once, as {string.Join(" and ", same.Order(StringComparer.Ordinal))}.");
        }

        foreach (var (remediation, instead) in policy.Map)
        {
            if (new Remediation(remediation).IsNone)
            {
                errors.Add($"Map:{remediation}", "is for clients without a remediation, which cannot be mapped; remove it.");
            }

            if (string.IsNullOrWhiteSpace(instead))
            {
                errors.Add($"Map:{remediation}", "is empty; write 'none' to let such clients pass.");
            }
        }
    }

    private static void ValidateRule(string key, BouncerPolicyRule rule, SettingErrors errors)
    {
        if (rule is { Type: null, Origin: null, Scenario: null })
        {
            errors.Add(key, "has no condition: give it a Type, an Origin or a Scenario.");
        }

        foreach (var (name, value) in new[] { ("Type", rule.Type), ("Origin", rule.Origin), ("Scenario", rule.Scenario) })
        {
            if (value is not null && string.IsNullOrWhiteSpace(value))
            {
                errors.Add($"{key}:{name}", "is empty: give it a value or remove it.");
            }
        }

        if (string.IsNullOrWhiteSpace(rule.Remediation))
        {
            errors.Add($"{key}:Remediation", "is empty; write 'none' to ignore such decisions.");
        }
    }
}

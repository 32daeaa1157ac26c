using System.Collections.Frozen;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Remediations.Throttle;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>How each policy throttles, in one state of the settings. Immutable.</summary>
internal sealed class ThrottleTable
{
    private readonly FrozenDictionary<string, ThrottleSettings> _named;
    private readonly ThrottleSettings _default;

    internal ThrottleTable(BouncerHttpOptions options)
    {
        _named = options.Policies.ToFrozenDictionary(
            pair => pair.Key,
            pair => Create(pair.Key, pair.Value, options.Throttle),
            StringComparer.OrdinalIgnoreCase);
        _default = _named.GetValueOrDefault(BouncerHttpOptions.DefaultPolicyName)
            ?? Create(BouncerHttpOptions.DefaultPolicyName, new BouncerPolicyOptions(), options.Throttle);
    }

    internal ThrottleSettings For(string? policy) => policy is not null && _named.TryGetValue(policy, out var named) ? named : _default;

    private static ThrottleSettings Create(string name, BouncerPolicyOptions policy, ThrottleOptions defaults)
    {
        var limit = policy.Throttle.PermitLimit ?? defaults.PermitLimit;
        var burst = policy.Throttle.Burst ?? defaults.Burst ?? limit;
        return new ThrottleSettings(name, new Rate(limit, policy.Throttle.Window ?? defaults.Window, burst), policy.ThrottleLimiter);
    }
}

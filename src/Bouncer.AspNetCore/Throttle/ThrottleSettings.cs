using System.Collections.Frozen;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>One valid state of the throttle's settings: the throttle of each policy, and the refusals. Immutable.</summary>
internal sealed class ThrottleSettings
{
    private readonly FrozenDictionary<string, PolicyThrottle> _named;
    private readonly PolicyThrottle _default;

    private ThrottleSettings(BouncerHttpOptions options, ThrottleRefusals refusals, ThrottleSettings? previous)
    {
        // A policy that was removed stays in effect for endpoints that name it, and keeps its throttle.
        var before = previous?._named.Where(static policy => !IsDefault(policy.Key)) ?? [];
        _named = before
            .Concat(options.Policies.Select(pair => KeyValuePair.Create(pair.Key, Create(pair.Key, pair.Value, options.Throttle))))
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _default = _named.GetValueOrDefault(BouncerHttpOptions.DefaultPolicyName)
            ?? Create(BouncerHttpOptions.DefaultPolicyName, new BouncerPolicyOptions(), options.Throttle);
        Refusals = refusals;
    }

    internal ThrottleRefusals Refusals { get; }

    internal static ThrottleSettings Create(SettingsSource source) => new(source.Options, new ThrottleRefusals(source.Pages), source.Previous?.Of<ThrottleSettings>());

    /// <summary>The throttle of a policy; null for the default one.</summary>
    internal PolicyThrottle For(string? policy) => policy is not null && _named.TryGetValue(policy, out var named) ? named : _default;

    private static bool IsDefault(string policy) => BouncerHttpOptions.DefaultPolicyName.Equals(policy, StringComparison.OrdinalIgnoreCase);

    private static PolicyThrottle Create(string name, BouncerPolicyOptions policy, ThrottleOptions defaults)
    {
        var limit = policy.Throttle.PermitLimit ?? defaults.PermitLimit;
        var burst = policy.Throttle.Burst ?? defaults.Burst ?? limit;
        return new PolicyThrottle(name, new Rate(limit, policy.Throttle.Window ?? defaults.Window, burst), policy.ThrottleLimiter);
    }
}

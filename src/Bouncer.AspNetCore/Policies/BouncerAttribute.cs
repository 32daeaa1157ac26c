namespace Bouncer.AspNetCore;

/// <summary>Applies a named policy or the default one to an endpoint; overrides a <see cref="BypassBouncerAttribute"/> of its
/// group or controller.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class BouncerAttribute : Attribute, IBouncerMetadata
{
    /// <summary>Applies the default policy.</summary>
    public BouncerAttribute()
    {
    }

    /// <summary>Applies a named policy. An undefined name prevents the start.</summary>
    /// <param name="policyName">The policy's name; not empty. Case-insensitive.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public BouncerAttribute(string policyName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(policyName);
        PolicyName = policyName;
    }

    /// <inheritdoc/>
    public string? PolicyName { get; }

    /// <inheritdoc/>
    public bool Bypass => false;
}

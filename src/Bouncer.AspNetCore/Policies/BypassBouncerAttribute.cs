namespace Bouncer.AspNetCore;

/// <summary>Exempts an endpoint: every client can reach it, and no verdict is recorded.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class BypassBouncerAttribute : Attribute, IBouncerMetadata
{
    /// <inheritdoc/>
    public string? PolicyName => null;

    /// <inheritdoc/>
    public bool Bypass => true;
}

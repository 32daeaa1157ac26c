namespace Bouncer.AspNetCore;

/// <summary>Lets every client reach an endpoint: nothing is checked, no verdict is recorded.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class BypassBouncerAttribute : Attribute, IBouncerMetadata
{
    /// <inheritdoc/>
    public string? PolicyName => null;

    /// <inheritdoc/>
    public bool Bypass => true;
}

namespace Bouncer.Firewall.Backends;

/// <summary>Whether a firewall still holds what was written to it.</summary>
internal enum Integrity
{
    /// <summary>It does, as far as a cheap look can tell.</summary>
    Intact,

    /// <summary>That must be looked at: what was told of changes could not all be heard.</summary>
    Unknown,

    /// <summary>Another program changed it.</summary>
    Changed,
}

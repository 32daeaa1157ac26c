namespace Bouncer.Firewall.Backends;

/// <summary>Whether a firewall still contains what was written to it.</summary>
internal enum Integrity
{
    /// <summary>It does, according to a cheap check.</summary>
    Intact,

    /// <summary>Not known, because messages about changes were lost: it must be compared.</summary>
    Unknown,

    /// <summary>Another program changed it.</summary>
    Changed,
}

namespace Bouncer.Sync;

/// <summary>How much an audit asks.</summary>
internal enum AuditDepth
{
    /// <summary>One question of those that can be asked.</summary>
    Usual,

    /// <summary>All of them.</summary>
    Thorough,

    /// <summary>All of them, after one found a difference that a further delta may have explained.</summary>
    Repeated,
}

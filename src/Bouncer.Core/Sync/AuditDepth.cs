namespace Bouncer.Sync;

/// <summary>How many queries an audit makes.</summary>
internal enum AuditDepth
{
    /// <summary>One of those possible.</summary>
    Usual,

    /// <summary>All of them.</summary>
    Thorough,

    /// <summary>All of them, after one found a difference that another delta may have explained.</summary>
    Repeated,
}

namespace Bouncer.Sync;

/// <summary>The number of queries that an audit makes.</summary>
internal enum AuditDepth
{
    /// <summary>One of the possible queries.</summary>
    Usual,

    /// <summary>All of them.</summary>
    Thorough,

    /// <summary>All of them, after one found a difference that another delta may have explained.</summary>
    Repeated,
}

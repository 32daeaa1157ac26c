namespace Bouncer.Sync;

/// <summary>The queries that LAPI answers in addition to its stream.</summary>
internal enum LapiAbility
{
    /// <summary>Not known yet: no decision is held with which to find out.</summary>
    Unknown = 0,

    /// <summary>None: <c>/v1/decisions</c> is not available.</summary>
    None,

    /// <summary>By value and by origin; CrowdSec before 1.5.</summary>
    Values,

    /// <summary>Also by id, and with offset and limit.</summary>
    Ids,
}

namespace Bouncer.Sync;

/// <summary>What LAPI can be asked besides its stream.</summary>
internal enum LapiAbility
{
    /// <summary>Not known yet: nothing is held that could tell.</summary>
    Unknown = 0,

    /// <summary>Nothing: <c>/v1/decisions</c> is not offered.</summary>
    None,

    /// <summary>What it has of a value or of an origin; CrowdSec before 1.5.</summary>
    Values,

    /// <summary>Also what it has above an id, and how much it has.</summary>
    Ids,
}

namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>How a site's engine stands with its Local API.</summary>
internal enum EngineState
{
    /// <summary>It has the decisions in memory.</summary>
    Synchronized,

    /// <summary>It has them in memory, LAPI is down, and they are older than the settings allow: of everybody else nothing is known.</summary>
    Stale,

    /// <summary>LAPI has been down since the start, and clients are refused until it answers.</summary>
    NotReady,

    /// <summary>It asks LAPI about each client, and keeps no answer.</summary>
    Live,
}

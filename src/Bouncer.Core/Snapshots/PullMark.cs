using Bouncer.Lapi;

namespace Bouncer.Snapshots;

/// <summary>A pull after which the decisions held are those of LAPI.</summary>
/// <param name="Settings">The settings by which LAPI was asked.</param>
/// <param name="Timestamp">When it ended.</param>
internal sealed record PullMark(EngineSettings Settings, long Timestamp);

using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Snapshots;

/// <summary>What a snapshot file holds.</summary>
/// <param name="Rows">The decisions that have not ended.</param>
/// <param name="Settings">The settings by which LAPI was asked for them.</param>
/// <param name="Age">The time since the pull that it stands for.</param>
internal sealed record Snapshot(DecisionRows Rows, EngineSettings Settings, TimeSpan Age);

using Bouncer.Decisions;

namespace Bouncer.Snapshots;

/// <summary>What a snapshot file holds.</summary>
/// <param name="Rows">The decisions that have not ended.</param>
/// <param name="Age">The time since the pull that it stands for.</param>
internal sealed record Snapshot(DecisionRows Rows, TimeSpan Age);

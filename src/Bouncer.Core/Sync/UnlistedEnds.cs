using Bouncer.Decisions;

namespace Bouncer.Sync;

/// <summary>Decisions that ended here and that no delta has listed as ended.</summary>
/// <param name="Overdue">Those that the last delta should have listed.</param>
/// <param name="Recent">Those that the next delta may list.</param>
internal readonly record struct UnlistedEnds(DecisionRows Overdue, DecisionRows Recent);

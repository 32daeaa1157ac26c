namespace Bouncer.Lookup;

/// <summary>What makes two decisions of LAPI's the same one; follows from whether LAPI folds its answers
/// (<c>dedup</c>, pkg/database/decisions.go in CrowdSec).</summary>
internal enum DecisionIdentity
{
    /// <summary>LAPI sends only the longest decision per scope, type and value, and later deletes it under any id and
    /// origin: those two mean nothing.</summary>
    ScopeTypeValue = 0,

    /// <summary>LAPI sends every decision and deletes each by its id.</summary>
    Id,
}

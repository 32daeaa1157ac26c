namespace Bouncer.Sync;

/// <summary>
/// Doubts a full list that is less than half of what is held: LAPI closes its list neatly when its database fails half
/// way (StreamDecisionChunked in CrowdSec's controllers/v1/decisions.go), so a cut list looks like a good one.
/// </summary>
internal sealed class SnapshotGuard
{
    private int? _doubted;

    /// <summary>Judges a full list. A doubted one is believed when the next is not shorter again by as much.
    /// One that is short by its unusable decisions alone never is: a LAPI of a new dialect would empty the store.</summary>
    internal SnapshotTrust Judge(int held, int listed, int unusable)
    {
        var half = (held + 1) / 2;
        if (listed < half && listed + unusable >= half)
        {
            return SnapshotTrust.Unusable;
        }

        var least = _doubted is { } doubted ? Math.Min(held, doubted) : held;
        if (listed < (least + 1) / 2)
        {
            _doubted = listed;
            return SnapshotTrust.Doubtful;
        }

        var trust = _doubted is null ? SnapshotTrust.Plausible : SnapshotTrust.Confirmed;
        _doubted = null;
        return trust;
    }
}

namespace Bouncer.Sync;

/// <summary>
/// Doubts a full list that is much shorter than what is held: LAPI closes its list neatly when its database fails half
/// way (StreamDecisionChunked in CrowdSec's controllers/v1/decisions.go), so a cut list looks like a good one.
/// </summary>
internal sealed class SnapshotGuard
{
    private const int LossesThatMatter = 100;
    private int? _doubted;

    /// <summary>Whether to take a list of this length for what it says. A doubted one is believed when the next is no
    /// shorter to the same degree.</summary>
    internal bool IsPlausible(int held, int listed)
    {
        if (!IsMuchShorter(listed, _doubted is { } doubted ? Math.Min(held, doubted) : held))
        {
            _doubted = null;
            return true;
        }

        _doubted = listed;
        return false;
    }

    private static bool IsMuchShorter(int listed, int than) => than - listed > LossesThatMatter && listed < than / 2;
}

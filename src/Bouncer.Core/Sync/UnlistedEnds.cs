using Bouncer.Decisions;

namespace Bouncer.Sync;

/// <summary>Decisions that ended here and that a delta does not list as ended.</summary>
/// <param name="Rows">The decisions.</param>
/// <param name="Latest">Those that ended by then should have been listed.</param>
internal readonly record struct UnlistedEnds(DecisionRows Rows, long Latest)
{
    internal bool IsOverdue(int row) => Rows[row].Deadline <= Latest;

    internal bool AnyOverdue()
    {
        for (var row = 1; row <= Rows.Count; row++)
        {
            if (IsOverdue(row))
            {
                return true;
            }
        }

        return false;
    }
}

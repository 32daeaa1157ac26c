using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>What a poll came to, gathered on the way.</summary>
internal sealed class PollReport
{
    private bool _isFull;
    private int _unusable;
    private int _listed;

    /// <summary>Why the last whole list is not believed: a constant of <see cref="DoubtReason"/>; null if it is.</summary>
    internal string? Doubt { get; set; }

    /// <summary>How many decisions are held that the last whole list lacks.</summary>
    internal int Doubted { get; set; }

    internal void Received(StreamAnswer answer) =>
        (_unusable, _listed) = (_unusable + answer.Unusable.Count, _listed + answer.Count + answer.Deleted.Count);

    internal void ReceivedAll(StreamAnswer list)
    {
        _isFull = Doubt is null;
        (_unusable, _listed) = (list.Unusable.Count, list.Count);
    }

    /// <summary>The report; the next one starts empty, but for a doubt that lasts.</summary>
    internal SyncOutcome Take(int dropped, bool isKeyShared)
    {
        var problem = Doubt is not null ? $"LAPI's whole list lacks {Doubted} decisions that are held, and {DoubtReason.Explain(Doubt)}; they stay in force."
            : isKeyShared ? "Another bouncer pulls with the same key and takes part of the changes: give each its own (cscli bouncers add NAME)."
            : dropped > 0 ? $"LAPI lists {dropped} decisions more than Bouncer:Sync:MaxDecisions allows to be held."
            : null;
        var outcome = new SyncOutcome
        {
            IsFull = _isFull,
            Unusable = _unusable,
            Listed = _listed,
            IsKeyShared = isKeyShared,
            Problem = problem,
        };
        (_isFull, _unusable, _listed) = (false, 0, 0);
        return outcome;
    }
}

using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Collects the result of a poll.</summary>
internal sealed class PollReport
{
    private bool _isFull;
    private bool _isOfList;
    private int _unusable;
    private int _listed;

    /// <summary>Why the last whole list is in doubt: a constant of <see cref="DoubtReason"/>; null if it is not.</summary>
    internal string? Doubt { get; set; }

    /// <summary>The number of decisions held that the last whole list does not contain.</summary>
    internal int Doubted { get; set; }

    /// <summary>Why the whole list could not be pulled although a delta was; null if it could.</summary>
    internal string? ListFailure { get; set; }

    internal void Received(StreamAnswer answer) =>
        (_unusable, _listed) = (_unusable + answer.Unusable.Count, _listed + answer.Count + answer.Deleted.Count);

    internal void ReceivedAll(StreamAnswer list)
    {
        _isFull = Doubt is null or DoubtReason.Counted;
        _isOfList = true;
        (_unusable, _listed) = (list.Unusable.Count, list.Count);
    }

    /// <summary>Returns the result; the next one starts empty except for a doubt that persists.</summary>
    /// <param name="dropped">How many decisions were left out for lack of room.</param>
    /// <param name="isKeyShared">Whether another client pulls with the same key.</param>
    /// <param name="failure">The failure of queries about LAPI's list, if any.</param>
    internal SyncOutcome Take(int dropped, bool isKeyShared, string? failure)
    {
        var problem = Doubt is not null ? $"LAPI's whole list is in doubt: {DoubtReason.Explain(Doubt, Doubted)}."
            : ListFailure is not null ? $"LAPI sends deltas, but its whole list could not be pulled: {ListFailure}"
            : failure is not null ? $"LAPI sends deltas, but does not answer questions about its list: {failure}"
            : isKeyShared ? "Another bouncer pulls with the same key and takes part of the changes: give each its own (cscli bouncers add NAME)."
            : dropped > 0 ? $"LAPI lists {dropped} decisions more than Bouncer:Sync:MaxDecisions allows to be held."
            : null;
        var outcome = new SyncOutcome
        {
            IsFull = _isFull,
            IsOfList = _isOfList,
            Unusable = _unusable,
            Listed = _listed,
            IsKeyShared = isKeyShared,
            Problem = problem,
        };
        (_isFull, _isOfList, _unusable, _listed) = (false, false, 0, 0);
        return outcome;
    }
}

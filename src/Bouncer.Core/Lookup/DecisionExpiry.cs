namespace Bouncer.Lookup;

/// <summary>The order in which decisions end. It is told of every decision, and not of those that go before their time: they
/// come up once, like all others.</summary>
internal sealed class DecisionExpiry(HeldDecisions held, TimeProvider time)
{
    private readonly long _window = 60 * time.TimestampFrequency;
    private readonly PriorityQueue<int, long> _waiting = new();
    private List<int> _due = [];
    private long _horizon = long.MinValue;

    internal void Add(List<int> rows)
    {
        if (_waiting.Count == 0)
        {
            // All at once costs less than one by one, and takes just the room that is needed.
            _waiting.EnsureCapacity(rows.Count);
            _waiting.EnqueueRange(rows.Where(row => held.Rows[row].Deadline >= _horizon).Select(row => (row, held.Rows[row].Deadline)));
        }
        else
        {
            rows.ForEach(Wait);
        }

        rows.ForEach(MarkIfDue);
    }

    /// <summary>Marks what ends within the next one or two minutes.</summary>
    internal void LookAhead(long now)
    {
        if (now + _window < _horizon)
        {
            return;
        }

        _horizon = now + (2 * _window);
        while (_waiting.TryPeek(out var row, out var deadline) && deadline < _horizon)
        {
            _waiting.Dequeue();
            MarkDue(row);
        }

        held.Due.MoveHorizon(_horizon);
    }

    /// <summary>The decisions that ended, each once.</summary>
    internal List<int> TakeEnded(long now)
    {
        LookAhead(now);
        var ended = _due.FindAll(row => held.Rows[row].Deadline <= now);
        if (ended.Count > 0)
        {
            _due = _due.FindAll(row => held.Rows[row].Deadline > now);
        }

        return ended;
    }

    private void Wait(int row)
    {
        if (held.Rows[row].Deadline >= _horizon)
        {
            _waiting.Enqueue(row, held.Rows[row].Deadline);
        }
    }

    private void MarkIfDue(int row)
    {
        if (held.Rows[row].Deadline < _horizon)
        {
            MarkDue(row);
        }
    }

    private void MarkDue(int row)
    {
        held.Due.Mark(row);
        _due.Add(row);
    }
}

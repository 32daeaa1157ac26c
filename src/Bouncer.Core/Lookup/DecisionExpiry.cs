using System.Diagnostics.CodeAnalysis;

namespace Bouncer.Lookup;

/// <summary>The order in which decisions end. Decisions that go before their time stay listed until they are met or
/// <see cref="Trim"/> finds that they outnumber the living.</summary>
internal sealed class DecisionExpiry
{
    private const int Slack = 1024;
    private readonly PriorityQueue<Decision, long> _byDeadline = new();

    internal void Add(Decision decision) => _byDeadline.Enqueue(decision, decision.Deadline);

    internal void Clear() => _byDeadline.Clear();

    internal bool TryTake(long now, [NotNullWhen(true)] out Decision? decision)
    {
        if (_byDeadline.TryPeek(out decision, out var deadline) && deadline <= now)
        {
            _byDeadline.Dequeue();
            return true;
        }

        decision = null;
        return false;
    }

    internal void Trim(DecisionIndex index)
    {
        if (_byDeadline.Count > (2L * index.Count) + Slack)
        {
            _byDeadline.Clear();
            _byDeadline.EnqueueRange(index.Enumerate().Select(decision => (decision, decision.Deadline)));
        }
    }
}

namespace Bouncer.Testing;

/// <summary>The last requests, bounded so that a long-running program does not grow.</summary>
internal sealed class RequestLog
{
    private const int Capacity = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<ReceivedRequest> _requests = new();

    public void Add(ReceivedRequest request)
    {
        lock (_gate)
        {
            if (_requests.Count == Capacity)
            {
                _requests.Dequeue();
            }

            _requests.Enqueue(request);
        }
    }

    public IReadOnlyList<ReceivedRequest> Snapshot()
    {
        lock (_gate) return [.. _requests];
    }
}

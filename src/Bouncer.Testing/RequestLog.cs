namespace Bouncer.Testing;

/// <summary>The last requests, bounded in number and size so that a long-running program does not grow.</summary>
internal sealed class RequestLog<T>(Func<T, long>? size = null)
{
    private const int Capacity = 1_000;
    private const long MaxSize = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<T> _requests = new();
    private long _size;

    public void Add(T request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
            _size += SizeOf(request);
            while (_requests.Count > Capacity || (_size > MaxSize && _requests.Count > 1))
            {
                _size -= SizeOf(_requests.Dequeue());
            }
        }
    }

    public IReadOnlyList<T> Snapshot()
    {
        lock (_gate) return [.. _requests];
    }

    private long SizeOf(T request) => size?.Invoke(request) ?? 0;
}

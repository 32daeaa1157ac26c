using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>A number for each of a few keys. Thread-safe; a key that was counted before costs no lock and no allocation.</summary>
internal sealed class Tally<TKey>
    where TKey : struct
{
    private readonly ConcurrentDictionary<TKey, StrongBox<long>> _cells = new();

    /// <summary>The numbers so far.</summary>
    internal IEnumerable<KeyValuePair<TKey, long>> Counts =>
        _cells.Select(static cell => KeyValuePair.Create(cell.Key, Volatile.Read(ref cell.Value.Value)));

    internal void Add(TKey key) => Interlocked.Increment(ref _cells.GetOrAdd(key, static _ => new StrongBox<long>()).Value);
}

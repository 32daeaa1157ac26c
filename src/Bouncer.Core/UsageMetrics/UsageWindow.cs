namespace Bouncer.UsageMetrics;

/// <summary>What was counted since the last report. Not thread-safe.</summary>
internal sealed class UsageWindow(UsageInstruments instruments, TimeProvider time)
{
    private readonly Dictionary<UsageKey, long> _taken = [];
    private long _start = time.GetTimestamp();

    /// <summary>Takes what was counted, so that the next window begins.</summary>
    /// <returns>The numbers above zero, and the length of the window in seconds.</returns>
    internal (IReadOnlyList<KeyValuePair<UsageKey, long>> Counted, long Seconds) Take()
    {
        var counted = new List<KeyValuePair<UsageKey, long>>();
        foreach (var (key, now) in instruments.Read())
        {
            if (Since(now, _taken.GetValueOrDefault(key)) is > 0 and var count)
            {
                counted.Add(new(key, count));
            }

            _taken[key] = now;
        }

        var seconds = (long)Math.Round(time.GetElapsedTime(_start).TotalSeconds);
        _start = time.GetTimestamp();
        return (counted, Math.Max(1, seconds));
    }

    /// <summary>Whether anything was counted since the last report.</summary>
    internal bool HasCounted => instruments.Read().Any(entry => Since(entry.Value, _taken.GetValueOrDefault(entry.Key)) > 0);

    // A counter that is below what it was began again at zero.
    private static long Since(long now, long before) => now >= before ? now - before : now;
}

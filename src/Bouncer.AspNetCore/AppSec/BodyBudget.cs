namespace Bouncer.AspNetCore.AppSec;

/// <summary>The memory for the bodies of all requests that are being inspected. Thread-safe.</summary>
internal sealed class BodyBudget
{
    private long _taken;

    /// <summary>The largest number of bytes; follows the settings.</summary>
    internal long Limit { get; set; } = long.MaxValue;

    /// <summary>The number of bytes taken.</summary>
    internal long Taken => Interlocked.Read(ref _taken);

    internal bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= Limit)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    internal void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}

namespace Bouncer.AspNetCore.AppSec;

/// <summary>The memory for the bodies of all requests that are being inspected. Thread-safe.</summary>
internal sealed class BodyBudget
{
    private long _taken;

    /// <summary>The number of bytes taken.</summary>
    internal long Taken => Interlocked.Read(ref _taken);

    /// <param name="bytes">The number of bytes.</param>
    /// <param name="limit">The largest number of bytes that may be taken altogether.</param>
    internal bool TryTake(int bytes, long limit)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limit)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    internal void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}

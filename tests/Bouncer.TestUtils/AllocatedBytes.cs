namespace Bouncer.TestUtils;

/// <summary>What code allocates on the thread it runs on.</summary>
public static class AllocatedBytes
{
    private const int Tries = 5;

    /// <summary>The least of several tries. A collection that somebody else causes meanwhile charges the thread with the unused
    /// rest of its allocation buffer, some kilobytes; what the code itself allocates is there every time.</summary>
    /// <param name="code">Does the same each time, and has been run before.</param>
    public static long Of(Action code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var least = long.MaxValue;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}

namespace Bouncer.Benchmarks.Cost;

/// <summary>The system's clock, which can be moved on: what is done takes its time, and waiting takes none.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _startStamp = System.GetTimestamp();
    private long _jumped;

    /// <summary>The time since the clock was made, jumps included.</summary>
    internal TimeSpan Elapsed => System.GetElapsedTime(_startStamp) + TimeSpan.FromTicks(Volatile.Read(ref _jumped));

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => (long)((Int128)Elapsed.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);

    /// <summary>Moves the clock to a time since it was made; what has passed stays.</summary>
    internal void JumpTo(TimeSpan elapsed) => Volatile.Write(ref _jumped, _jumped + Math.Max(0, (elapsed - Elapsed).Ticks));
}

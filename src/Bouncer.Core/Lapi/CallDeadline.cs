namespace Bouncer.Lapi;

/// <summary>The deadlines of one call: for silence of LAPI, and for the call as a whole.</summary>
internal sealed class CallDeadline : IDisposable
{
    // Fewer bytes than this in one window count as silence, so that a byte now and then does not keep a call open.
    private const int Progress = 1024;

    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;
    private readonly TimeSpan _overall;
    private readonly CancellationToken _caller;
    private readonly long _start;
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenRegistration _givingUp;
    private int _received;

    /// <param name="time">The clock.</param>
    /// <param name="firstSilence">The maximum time until the first byte.</param>
    /// <param name="silence">The maximum silence after that.</param>
    /// <param name="overall">The maximum time for all of it.</param>
    /// <param name="caller">The caller's token.</param>
    internal CallDeadline(TimeProvider time, TimeSpan firstSilence, TimeSpan silence, TimeSpan overall, CancellationToken caller)
    {
        _time = time;
        _silence = silence;
        _overall = overall;
        _caller = caller;
        _start = time.GetTimestamp();
        _end = new CancellationTokenSource(Within(firstSilence), time);
        _givingUp = caller.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
    }

    /// <summary>Is cancelled when a deadline passes or the caller cancels.</summary>
    internal CancellationToken Token => _end.Token;

    internal bool HasPassed => _end.IsCancellationRequested && !_caller.IsCancellationRequested;

    internal void HeadersArrived() => _end.CancelAfter(Within(_silence));

    internal void BodyArrived(int bytes)
    {
        _received += bytes;
        if (_received >= Progress)
        {
            _received = 0;
            _end.CancelAfter(Within(_silence));
        }
    }

    public void Dispose()
    {
        _givingUp.Dispose();
        _end.Dispose();
    }

    /// <summary>The window of silence, or the remaining overall time if that is shorter.</summary>
    private TimeSpan Within(TimeSpan silence)
    {
        var left = _overall - _time.GetElapsedTime(_start);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < silence ? left : silence;
    }
}

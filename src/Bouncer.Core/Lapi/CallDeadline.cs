namespace Bouncer.Lapi;

/// <summary>The deadlines of one call: so long may LAPI be silent, and so long may it take altogether.</summary>
internal sealed class CallDeadline : IDisposable
{
    // Less than this in one window counts as silence, so that a byte now and then does not hold a call open.
    private const int Progress = 1024;

    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _silent;
    private readonly CancellationTokenSource _overall;
    private readonly CancellationTokenSource _any;
    private int _received;

    /// <param name="time">The clock.</param>
    /// <param name="firstSilence">How long LAPI may take to its first byte.</param>
    /// <param name="silence">How long it may fall silent after that.</param>
    /// <param name="overall">How long all of it may take.</param>
    /// <param name="caller">Gives up.</param>
    internal CallDeadline(TimeProvider time, TimeSpan firstSilence, TimeSpan silence, TimeSpan overall, CancellationToken caller)
    {
        _silence = silence;
        _silent = new CancellationTokenSource(firstSilence, time);
        _overall = new CancellationTokenSource(overall, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_silent.Token, _overall.Token, caller);
    }

    /// <summary>Ends when a deadline passes or the caller gives up.</summary>
    internal CancellationToken Token => _any.Token;

    internal bool HasPassed => _silent.IsCancellationRequested || _overall.IsCancellationRequested;

    internal void HeadersArrived() => _silent.CancelAfter(_silence);

    internal void BodyArrived(int bytes)
    {
        _received += bytes;
        if (_received >= Progress)
        {
            _received = 0;
            _silent.CancelAfter(_silence);
        }
    }

    public void Dispose()
    {
        _any.Dispose();
        _overall.Dispose();
        _silent.Dispose();
    }
}

namespace Bouncer.Firewall.Enforcement;

/// <summary>Determines how long to wait before a change by another program is repaired: not at all at first, then long enough that
/// a conflict with that program takes little processor time.</summary>
internal sealed class RepairBackoff
{
    private const int Free = 3;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private TimeSpan? _last;
    private int _count;

    /// <summary>Records a change.</summary>
    /// <param name="now">The monotonic time.</param>
    /// <returns>How long to wait.</returns>
    internal TimeSpan Next(TimeSpan now)
    {
        _count = _last is { } last && now - last < Quiet ? _count + 1 : 1;
        _last = now;
        return _count <= Free ? TimeSpan.Zero : Pause;
    }
}

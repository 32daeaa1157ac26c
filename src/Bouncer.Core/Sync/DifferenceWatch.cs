using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Tracks differences that whole lists do not explain: LAPI then counts differently than it lists, and more lists do not
/// help. Not thread-safe.</summary>
internal sealed class DifferenceWatch(SettingsInUse settings, TimeProvider time)
{
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

    private bool _isFound;
    private int _lists;
    private long _listed;
    private TimeSpan _patience;

    /// <summary>Whether lists have not explained a difference.</summary>
    internal bool IsUnexplained => _lists > 1;

    /// <summary>Records a difference.</summary>
    /// <returns>Whether it is worth a whole list: less and less often if the last ones did not explain it.</returns>
    internal bool Found()
    {
        _isFound = true;
        return time.GetElapsedTime(_listed) >= _patience;
    }

    /// <summary>Records that there is no difference.</summary>
    internal void Settle() => (_isFound, _lists, _patience) = (false, 0, TimeSpan.Zero);

    /// <summary>Records that the whole list was pulled.</summary>
    /// <param name="isNews">Whether the list contained anything new.</param>
    internal void Listed(bool isNews)
    {
        _listed = time.GetTimestamp();
        _lists = isNews ? 0 : _lists + (_isFound ? 1 : 0);
        _isFound = false;
        _patience = IsUnexplained ? SyncSchedule.Doubled(FirstPatience, _lists - 2, settings.Current.Sync.FullResyncInterval) : TimeSpan.Zero;
    }
}

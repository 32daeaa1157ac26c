using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Watches differences that whole lists do not explain: LAPI then counts otherwise than it lists, and more lists are of
/// no use. One caller at a time.</summary>
internal sealed class DifferenceWatch(SettingsInUse settings, TimeProvider time)
{
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

    private bool _isFound;
    private int _lists;
    private long _listed;
    private TimeSpan _patience;

    /// <summary>Whether lists have not explained a difference.</summary>
    internal bool IsUnexplained => _lists > 1;

    /// <summary>Takes that there is a difference.</summary>
    /// <returns>Whether it is worth a whole list: ever more rarely, if the last ones did not explain it.</returns>
    internal bool Found()
    {
        _isFound = true;
        return time.GetElapsedTime(_listed) >= _patience;
    }

    /// <summary>Takes that there is none.</summary>
    internal void Settle() => (_isFound, _lists, _patience) = (false, 0, TimeSpan.Zero);

    /// <summary>Takes that the whole list was pulled.</summary>
    /// <param name="isNews">Whether it said anything that was not known.</param>
    internal void Listed(bool isNews)
    {
        _listed = time.GetTimestamp();
        _lists = isNews ? 0 : _lists + (_isFound ? 1 : 0);
        _isFound = false;
        _patience = IsUnexplained ? SyncSchedule.Doubled(FirstPatience, _lists - 2, settings.Current.Sync.FullResyncInterval) : TimeSpan.Zero;
    }
}

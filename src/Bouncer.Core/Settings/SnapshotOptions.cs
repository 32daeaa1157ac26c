using Bouncer.Configuration;

namespace Bouncer;

/// <summary>A file that keeps the decisions over a restart; section <c>Bouncer:Snapshot</c>. Takes effect at the next start. Only in
/// <see cref="BouncerMode.Stream"/>.</summary>
public sealed class SnapshotOptions
{
    /// <summary>The file to which the decisions held are saved, and from which they are loaded at the start, in a folder that exists;
    /// relative to the working directory. Each instance needs its own.</summary>
    /// <remarks>On Unix the file is created with mode 0600, and one with another mode is not used.</remarks>
    /// <value>When null or empty: nothing is saved or loaded.</value>
    public string? Path { get; set; }

    /// <summary>How old the last successful pull before the snapshot may be. An older snapshot is not used.</summary>
    /// <value>The default is 1 day; from 1 minute to 30 days.</value>
    [TimeRange("00:01:00", "30.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The shortest time between two writes. The decisions are also saved when the host stops.</summary>
    /// <value>The default is 1 minute; from 1 second to 1 day.</value>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}

namespace Bouncer.Snapshots;

/// <summary>A snapshot file that cannot be used. The message says why, to follow "the snapshot file".</summary>
internal sealed class SnapshotException(string reason, Exception? inner = null) : Exception(reason, inner)
{
    internal static SnapshotException Damaged() => new("is damaged or was changed");
}

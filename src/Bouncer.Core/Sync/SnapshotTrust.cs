namespace Bouncer.Sync;

/// <summary>How far a full list is believed.</summary>
internal enum SnapshotTrust
{
    /// <summary>It is much like what is held.</summary>
    Plausible = 0,

    /// <summary>It is much shorter than what is held: to be pulled again before anything is dropped.</summary>
    Doubtful,

    /// <summary>It is much shorter than what is held, but only because its decisions cannot be used: a second one would not
    /// be better proof.</summary>
    Unusable,

    /// <summary>It came after a doubtful one and bears it out.</summary>
    Confirmed,
}

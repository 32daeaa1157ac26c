namespace Bouncer.Sync;

/// <summary>Reasons to doubt a whole list: the values of a metrics tag, and their texts in log and status.</summary>
internal static class DoubtReason
{
    /// <summary>LAPI has a decision that its list does not contain.</summary>
    internal const string Contradicted = "contradicted";

    /// <summary>LAPI counts a different number of decisions than it lists, list after list.</summary>
    internal const string Counted = "counted";

    /// <summary>LAPI did not answer the queries, or does not support them.</summary>
    internal const string Unproved = "unproved";

    /// <param name="reason">One of the above.</param>
    /// <param name="kept">The number of decisions held that the list does not contain.</param>
    internal static string Explain(string reason, int kept) => reason switch
    {
        Contradicted => $"it lacks {kept} that are held and that LAPI has when asked about them, and they stay in force",
        Counted => "LAPI counts another number of decisions than it lists",
        _ when kept > 0 => $"it lacks {kept} that are held, and they stay in force until LAPI confirms that they are gone",
        _ => "it may have been cut, and LAPI has not confirmed that this is all",
    };
}

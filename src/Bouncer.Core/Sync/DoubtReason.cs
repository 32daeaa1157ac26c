namespace Bouncer.Sync;

/// <summary>Why a whole list is not believed: the bounded set of tags that metrics use, and what log and status say.</summary>
internal static class DoubtReason
{
    /// <summary>LAPI has a decision that its list lacks.</summary>
    internal const string Contradicted = "contradicted";

    /// <summary>LAPI counts another number of decisions than it lists, list after list.</summary>
    internal const string Counted = "counted";

    /// <summary>LAPI did not answer the questions, or cannot be asked any.</summary>
    internal const string Unproved = "unproved";

    /// <param name="reason">One of the above.</param>
    /// <param name="kept">How many decisions are held that the list lacks.</param>
    internal static string Explain(string reason, int kept) => reason switch
    {
        Contradicted => $"it lacks {kept} that are held and that LAPI has when asked about them, and they stay in force",
        Counted => "LAPI counts another number of decisions than it lists",
        _ when kept > 0 => $"it lacks {kept} that are held, and they stay in force until LAPI confirms that they are gone",
        _ => "it may have been cut, and LAPI has not confirmed that this is all",
    };
}

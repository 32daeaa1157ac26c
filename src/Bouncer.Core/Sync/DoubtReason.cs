namespace Bouncer.Sync;

/// <summary>Why a whole list is not believed: the bounded set of tags that metrics use, and what the log says.</summary>
internal static class DoubtReason
{
    /// <summary>LAPI has a decision that its list lacks.</summary>
    internal const string Contradicted = "contradicted";

    /// <summary>LAPI has more decisions than its list.</summary>
    internal const string Counted = "counted";

    /// <summary>LAPI did not answer the questions, or cannot be asked any.</summary>
    internal const string Unproved = "unproved";

    internal static string Explain(string reason) => reason switch
    {
        Contradicted => "asked about some of them, LAPI has them",
        Counted => "LAPI counts more than it lists",
        _ => "LAPI has not confirmed that they are gone",
    };
}

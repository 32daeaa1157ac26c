namespace Bouncer.AspNetCore.Requests;

/// <summary>Which sections section <c>Http</c> has, and what is in each: a policy, a key. By what vanishes it tells a file that is
/// deleted, emptied or being replaced from the wish to do without a policy or a key, also while other keys come from elsewhere.</summary>
/// <param name="parts">The entries of sections, by their keys.</param>
internal sealed class SectionParts(IEnumerable<(string Section, string Entry)> parts)
{
    private readonly ILookup<string, string> _sections = parts.ToLookup(
        static part => part.Section, static part => part.Entry, StringComparer.OrdinalIgnoreCase);

    /// <summary>The sections that vanished together: several, or the only one with more than one entry. Empty if what changed can be
    /// meant.</summary>
    /// <param name="now">What there is after the change.</param>
    internal IReadOnlyList<string> LostIn(SectionParts now)
    {
        string[] gone = [.. _sections.Select(static section => section.Key).Where(section => !now._sections.Contains(section))];
        var isOnlyOne = gone.Length == 1 && _sections.Count == 1 && _sections[gone[0]].Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1;
        return gone.Length > 1 || isOnlyOne ? gone : [];
    }
}

namespace Bouncer.AspNetCore.Requests;

/// <summary>The sections of section <c>Http</c> and their entries: a policy, a key. What disappears shows whether a file was
/// deleted, emptied or is being replaced, or a policy or key was removed on purpose, even if other keys come from
/// elsewhere.</summary>
/// <param name="parts">The entries of sections, by their keys.</param>
internal sealed class SectionParts(IEnumerable<(string Section, string Entry)> parts)
{
    private readonly ILookup<string, string> _sections = parts.ToLookup(
        static part => part.Section, static part => part.Entry, StringComparer.OrdinalIgnoreCase);

    /// <summary>The sections that disappeared together: several, or the only one with more than one entry. Empty if the change
    /// may be intended.</summary>
    /// <param name="now">The sections after the change.</param>
    internal IReadOnlyList<string> LostIn(SectionParts now)
    {
        string[] gone = [.. _sections.Select(static section => section.Key).Where(section => !now._sections.Contains(section))];
        var isOnlyOne = gone.Length == 1 && _sections.Count == 1 && _sections[gone[0]].Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1;
        return gone.Length > 1 || isOnlyOne ? gone : [];
    }
}

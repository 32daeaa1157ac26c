namespace Bouncer.HouseTests.Diagnostics;

/// <summary>docs/diagnostics.md has a heading "Log events of {project}" with a row per event: id, name, level, text, what to do.</summary>
public sealed class LogEventTests
{
    private static RepositoryFile Page => Repository.File("docs/diagnostics.md");

    public static TheoryData<string> Projects => [.. LogEvents.All.Select(found => found.Project).Distinct()];

    [Fact]
    public void EventIds_OfAllPackages_AreUnique() =>
        Findings.None(
            LogEvents.All.GroupBy(found => found.Id).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(found => found.Project + "." + found.Name))}"),
            "Event ids used twice:");

    [Theory]
    [MemberData(nameof(Projects))]
    public void LogEvents_OfAPackage_AreDocumentedAsTheyAre(string project)
    {
        var declared = LogEvents.All.Where(found => found.Project == project)
            .Select(found => $"{found.Id} | {found.Name} | {found.Level} | {found.Text.Replace("|", "\\|", StringComparison.Ordinal)}").ToArray();
        var documented = Markdown.Rows(Page, "Log events of " + project).Select(row => string.Join(" | ", row.Take(4))).ToArray();
        Findings.None(
            declared.Except(documented).Select(row => "not documented: | " + row + " | |").Concat(documented.Except(declared).Select(row => "not in the code: " + row)),
            $"docs/diagnostics.md, 'Log events of {project}':");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void LogEvents_OfAPackage_SayWhatToDo(string project) =>
        Findings.None(
            Markdown.Rows(Page, "Log events of " + project).Where(row => row.Length < 5 || row[^1].Length == 0).Select(row => row[0]),
            "Events without advice:");
}

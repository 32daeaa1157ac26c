using System.Text.RegularExpressions;

namespace Bouncer.HouseTests.Documentation;

public sealed partial class LinkTests
{
    [Fact]
    public void RelativeLinks_OfAllPages_LeadSomewhere() =>
        Findings.None(
            Repository.Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).SelectMany(Broken),
            "Links that lead nowhere:");

    private static IEnumerable<string> Broken(RepositoryFile page) => Link().Matches(page.Text)
        .Select(match => match.Groups[1].Value)
        .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
        .Where(target => !LeadsSomewhere(page, target))
        .Select(target => $"{page.Path}: {target}");

    private static bool LeadsSomewhere(RepositoryFile page, string target)
    {
        var parts = target.Split('#');
        var path = parts[0].Length == 0 ? page.FullPath : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.FullPath)!, parts[0]));
        if (Directory.Exists(path))
        {
            return parts.Length == 1;
        }

        return File.Exists(path)
            && (parts.Length == 1 || Markdown.Headings(new RepositoryFile(parts[0], path)).Any(heading => Anchor(heading) == parts[1]));
    }

    /// <summary>As GitHub makes them.</summary>
    private static string Anchor(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}

using System.Xml.Linq;

namespace Bouncer.HouseTests.Documentation;

public sealed class DependencyPageTests
{
    [Fact]
    public void Packages_All_HaveAReason()
    {
        var used = XDocument.Parse(Repository.File("Directory.Packages.props").Text).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value).ToArray();
        var page = Repository.File("docs/dependencies.md");
        var explained = Markdown.Headings(page).SelectMany(heading => Markdown.Rows(page, heading)).Select(row => row[0].Trim('`')).ToArray();
        Findings.None(
            used.Except(explained).Select(package => "no reason given: " + package).Concat(explained.Except(used).Select(package => "not used: " + package)),
            "docs/dependencies.md says why each package is used:");
    }
}

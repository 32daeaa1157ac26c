using System.Reflection;
using System.Xml.Linq;

namespace Bouncer.HouseTests.Layers;

public sealed class ProjectDependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Bouncer.Core"] = [],
        ["Bouncer.AspNetCore"] = ["Bouncer.Core"],
        ["Bouncer.Yarp"] = ["Bouncer.AspNetCore", "Bouncer.Core"],
        ["Bouncer.Journal"] = ["Bouncer.AspNetCore", "Bouncer.Core"],
        ["Bouncer.Firewall"] = ["Bouncer.Core"],
        ["Bouncer.Testing"] = [],
    };

    public static TheoryData<string> Projects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_OfAPackage_PointDown(string project)
    {
        Assert.Contains(project, Allowed.Keys);
        var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Findings.None(references.Except(Allowed[project]), $"{project} may not reference:");
    }

    [Fact]
    public void Core_AsBuilt_ReferencesNoWebFramework()
    {
        var references = Assembly.Load("Bouncer.Core").GetReferencedAssemblies().Select(name => name.Name!);
        Findings.None(
            references.Where(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)).Concat(Items("Bouncer.Core", "FrameworkReference")),
            "Bouncer.Core must run in a worker and so references nothing of ASP.NET Core:");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Internals_OfAPackage_AreShownToItsOwnTestsOnly(string project)
    {
        var shown = Assembly.Load(project).GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>()
            .Select(attribute => attribute.AssemblyName);
        Findings.None(
            shown.Except([project + ".Tests", "Bouncer.Benchmarks", "DynamicProxyGenAssembly2"]),
            $"{project} shows its internals to a stranger; what a sibling needs, third parties need, so make it public:");
    }

    private static IEnumerable<string> Items(string project, string item) =>
        XDocument.Parse(Repository.File($"src/{project}/{project}.csproj").Text).Descendants(item).Select(element => element.Attribute("Include")!.Value);
}

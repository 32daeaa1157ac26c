using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Layers;

/// <summary>Asks the compiler what every name in a project means: using lines would not do, for public types share one
/// namespace whatever their folder.</summary>
public sealed class FolderDependencyTests
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    [Theory]
    [InlineData("Bouncer.Core")]
    [InlineData("Bouncer.AspNetCore")]
    [InlineData("Bouncer.Firewall")]
    [InlineData("Bouncer.Journal")]
    public void Folders_All_HaveARank(string project) =>
        Findings.None(
            Repository.Under(Root(project), ".cs").Select(file => FolderOf(project, file.Path)).Distinct()
                .Where(folder => !FolderRanks.Of(project).IsKnown(folder)),
            $"A folder of {project} has no place in FolderRanks:");

    [Theory]
    [InlineData("Bouncer.Core", "Sync", "Lookup")]
    [InlineData("Bouncer.AspNetCore", "Captcha", "Clearance")]
    [InlineData("Bouncer.Firewall", "Enforcement", "Blocking")]
    [InlineData("Bouncer.Journal", "Writing", "Storage")]
    public void Folders_Lower_DoNotUseHigher(string project, string user, string used)
    {
        var uses = Uses(project).ToArray();
        Assert.Contains((user, used), uses.Select(use => (FolderOf(project, use.User), FolderOf(project, use.Used))));
        Findings.None(
            uses.Where(use => !FolderRanks.Of(project).MayUse(FolderOf(project, use.User), FolderOf(project, use.Used), use.Name))
                .Select(use => $"{use.User} uses {use.Name} of {use.Used}").Distinct(),
            $"A folder of {project} uses one above it:");
    }

    private static IEnumerable<(string User, string Used, string Name)> Uses(string project)
    {
        var compiled = Compile(project);
        return
            from tree in compiled.SyntaxTrees
            where tree.FilePath.Length > 0
            let model = compiled.GetSemanticModel(tree)
            from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            let type = TypeOf(model.GetSymbolInfo(name).Symbol)
            let used = type?.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath
            where used is not null && used != tree.FilePath
            select (tree.FilePath, used, type!.Name);
    }

    private static CSharpCompilation Compile(string project) => CSharpCompilation.Create(
        project,
        Repository.Under(Root(project), ".cs").Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)).Append(CSharpSyntaxTree.ParseText(ImplicitUsings)),
        Assemblies.References.Except([Assemblies.Reference(project)]),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol)
    {
        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type?.OriginalDefinition;
    }

    private static string Root(string project) => $"src/{project}";

    private static string FolderOf(string project, string path)
    {
        var below = path[(Root(project).Length + 1)..];
        return below.Contains('/', StringComparison.Ordinal) ? below[..below.IndexOf('/', StringComparison.Ordinal)] : "";
    }
}

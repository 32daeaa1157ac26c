using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Layers;

/// <summary>Asks the compiler what every name in the core means: using lines would not do, for public types share one
/// namespace whatever their folder.</summary>
public sealed class FolderDependencyTests
{
    private const string Core = "src/Bouncer.Core";

    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly CSharpCompilation Compiled = CSharpCompilation.Create(
        "core",
        Repository.Under(Core, ".cs").Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)).Append(CSharpSyntaxTree.ParseText(ImplicitUsings)),
        Assemblies.References.Except([Assemblies.Reference("Bouncer.Core")]),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    [Fact]
    public void CoreFolders_All_HaveARank() =>
        Findings.None(
            Repository.Under(Core, ".cs").Select(file => FolderOf(file.Path)).Distinct().Where(folder => !FolderRanks.IsKnown(folder)),
            "A folder of Bouncer.Core has no place in FolderRanks:");

    [Fact]
    public void CoreFolders_Lower_DoNotUseHigher()
    {
        var uses = Uses().ToArray();
        Assert.Contains(("Sync", "Lookup"), uses.Select(use => (FolderOf(use.User), FolderOf(use.Used))));
        Findings.None(
            uses.Where(use => !FolderRanks.MayUse(FolderOf(use.User), FolderOf(use.Used))).Select(use => $"{use.User} uses {use.Name} of {use.Used}").Distinct(),
            "A folder of Bouncer.Core uses one above it:");
    }

    private static IEnumerable<(string User, string Used, string Name)> Uses() =>
        from tree in Compiled.SyntaxTrees
        where tree.FilePath.Length > 0
        let model = Compiled.GetSemanticModel(tree)
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let type = TypeOf(model.GetSymbolInfo(name).Symbol)
        let used = type?.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath
        where used is not null && used != tree.FilePath
        select (tree.FilePath, used, type!.Name);

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol)
    {
        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type?.OriginalDefinition;
    }

    private static string FolderOf(string path)
    {
        var below = path[(Core.Length + 1)..];
        return below.Contains('/', StringComparison.Ordinal) ? below[..below.IndexOf('/', StringComparison.Ordinal)] : "";
    }
}

using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Code;

public sealed partial class CodeStyleTests
{
    private const int MostPragmas = 6;
    private static readonly string[] Trees = ["src", "samples", "tests", "benchmarks"];

    private static IEnumerable<RepositoryFile> Code => Trees.SelectMany(tree => Repository.Under(tree, ".cs"));

    [Fact]
    public void PublicTypes_InAPackage_HaveAFileEach() =>
        Findings.None(
            Repository.Under("src", ".cs")
                .Where(file => file.Types.Count(type => type.Modifiers.Any(SyntaxKind.PublicKeyword)) > 1)
                .Select(file => file.Path),
            "More than one public type in a file:");

    [Fact]
    public void FileNames_InAPackage_AreTypeNames() =>
        Findings.None(
            Repository.Under("src", ".cs")
                .Where(file => file.Types.Any() && file.Types.All(type => type.Identifier.Text != Path.GetFileName(file.Path).Split('.')[0]))
                .Select(file => file.Path),
            "A file that holds no type of its name:");

    [Fact]
    public void Regions_InCode_DoNotExist() =>
        Findings.None(
            Code.Where(file => file.Syntax.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))).Select(file => file.Path),
            "Regions hide code; split the file instead:");

    [Fact]
    public void Pragmas_InCode_AreFew()
    {
        var pragmas = Code.SelectMany(file => file.Syntax.DescendantNodes(descendIntoTrivia: true).OfType<PragmaWarningDirectiveTriviaSyntax>()
            .Where(pragma => pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword))
            .Select(pragma => $"{file.Path}:{pragma.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {pragma}")).ToArray();
        Findings.None(pragmas.Length > MostPragmas ? pragmas : [], $"More than {MostPragmas} warnings are silenced:");
    }

    /// <summary>The compiler's demand for XML docs (CS1591) is among them.</summary>
    [Fact]
    public void Warnings_InAPackage_AreNotSwitchedOff() =>
        Findings.None(
            Repository.Files
                .Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) || !file.Path.Contains('/', StringComparison.Ordinal))
                .Where(file => Path.GetExtension(file.Path) is ".csproj" or ".props" or ".targets")
                .Where(file => file.Text.Contains("NoWarn", StringComparison.Ordinal) || file.Text.Contains("WarningsNotAsErrors", StringComparison.Ordinal)
                    || file.Text.Contains("TreatWarningsAsErrors>false", StringComparison.Ordinal))
                .Select(file => file.Path),
            "Warnings that a project switches off:");

    [Fact]
    public void Comments_InCode_PostponeNothing() =>
        Findings.None(
            Repository.Files
                .Where(file => !file.Path.EndsWith(".md", StringComparison.Ordinal) && !file.Path.StartsWith("tests/Bouncer.HouseTests/", StringComparison.Ordinal))
                .SelectMany(file => file.Lines.Select((line, at) => (file, line, at)))
                .Where(entry => Postponed().IsMatch(entry.line))
                .Select(entry => $"{entry.file.Path}:{entry.at + 1} {entry.line.Trim()}"),
            "Do it, or write it into the changelog's list of what is missing:");

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b", RegexOptions.CultureInvariant)]
    private static partial Regex Postponed();
}

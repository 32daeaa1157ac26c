using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests;

/// <summary>A file of the repository.</summary>
/// <param name="Path">The path from the root, with forward slashes.</param>
/// <param name="FullPath">Where it lies.</param>
internal sealed record RepositoryFile(string Path, string FullPath)
{
    private readonly Lazy<string> _text = new(() => System.IO.File.ReadAllText(FullPath));
    private readonly Lazy<CompilationUnitSyntax> _syntax = new(() =>
        CSharpSyntaxTree.ParseText(System.IO.File.ReadAllText(FullPath)).GetCompilationUnitRoot());

    internal string Text => _text.Value;

    internal string[] Lines => Text.TrimEnd('\n').Split('\n');

    /// <summary>The file as C#.</summary>
    internal CompilationUnitSyntax Syntax => _syntax.Value;

    /// <summary>The types it declares that no other type holds.</summary>
    internal IEnumerable<BaseTypeDeclarationSyntax> Types => Syntax
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<BaseTypeDeclarationSyntax>();

    public override string ToString() => Path;
}

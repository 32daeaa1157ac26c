using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Documentation;

/// <summary>C# of a page as a program of the Web SDK. A snippet that uses <c>builder</c> or <c>app</c> without making it gets
/// one.</summary>
internal static class Snippet
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    /// <param name="text">The snippet.</param>
    /// <param name="last">A statement that takes the place of <c>app.Run()</c>; null to leave it.</param>
    internal static CSharpCompilation Compile(string text, string? last = null)
    {
        var parsed = CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot();
        var statements = parsed.Members.OfType<GlobalStatementSyntax>().Where(statement => last is null || statement.ToString() != "app.Run();").ToArray();
        var source = string.Concat(parsed.Usings.Select(line => line.ToFullString()))
            + "\n" + Complete(parsed, statements, last is not null) + "\n" + last + "\n"
            + string.Concat(parsed.Members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString()));
        return CSharpCompilation.Create(
            "snippet",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(source)],
            Assemblies.References,
            new CSharpCompilationOptions(
                statements.Length > 0 ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    internal static IEnumerable<string> Errors(this CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.ToString());

    /// <summary>The statements, with <c>builder</c> made before them and <c>app</c> before the first that uses it, and both with
    /// the bouncer if the snippet is to run.</summary>
    private static string Complete(CompilationUnitSyntax snippet, GlobalStatementSyntax[] statements, bool isRun)
    {
        var text = snippet.ToFullString();
        var made = snippet.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text).ToHashSet(StringComparer.Ordinal);
        var needsApp = Uses(snippet, "app") && !made.Contains("app");
        var needsBuilder = (needsApp || Uses(snippet, "builder")) && !made.Contains("builder");
        List<string> lines = [.. statements.Select(statement => statement.ToFullString())];
        if (needsApp)
        {
            var first = Array.FindIndex(statements, statement => Uses(statement, "app"));
            lines.Insert(Math.Max(0, first), "var app = builder.Build();\n" + (isRun && !text.Contains("UseBouncer(", StringComparison.Ordinal) ? "app.UseBouncer();\n" : ""));
        }

        if (needsBuilder)
        {
            lines.Insert(0, "var builder = WebApplication.CreateBuilder(args);\n" + (isRun && !text.Contains("AddBouncer(", StringComparison.Ordinal) ? "builder.Services.AddBouncer();\n" : ""));
        }

        return string.Concat(lines);
    }

    private static bool Uses(SyntaxNode node, string name) => node.DescendantNodes().OfType<IdentifierNameSyntax>().Any(used => used.Identifier.Text == name);
}

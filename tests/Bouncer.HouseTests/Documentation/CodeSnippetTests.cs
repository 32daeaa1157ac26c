using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Documentation;

/// <summary>Compiles the C# that the pages show, as a project of the Web SDK would. A snippet that uses <c>builder</c> or
/// <c>app</c> without making it gets one.</summary>
public sealed class CodeSnippetTests
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    public static TheoryData<string, int> Snippets
    {
        get
        {
            var snippets = new TheoryData<string, int>();
            foreach (var page in Repository.Pages)
            {
                foreach (var fence in Markdown.Fences(page).Where(fence => fence.Language == "csharp"))
                {
                    snippets.Add(page.Path, fence.Line);
                }
            }

            return snippets;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_OfCode_Compiles(string page, int line) =>
        Findings.None(Errors(Markdown.Fences(Repository.File(page)).Single(fence => fence.Line == line).Text), $"{page}, line {line}, does not compile:");

    [Fact]
    public void Errors_OfASnippetWithAnUnknownName_AreFound() =>
        Assert.Contains(Errors("app.UseNobody();"), error => error.Contains("UseNobody", StringComparison.Ordinal));

    private static IEnumerable<string> Errors(string snippet)
    {
        var parsed = CSharpSyntaxTree.ParseText(snippet).GetCompilationUnitRoot();
        var hasStatements = parsed.Members.OfType<GlobalStatementSyntax>().Any();
        var usings = string.Concat(parsed.Usings.Select(line => line.ToFullString()));
        var rest = parsed.WithUsings([]).ToFullString();
        var kind = hasStatements ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var compilation = CSharpCompilation.Create(
            "snippet",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(usings + "\n" + (hasStatements ? Given(parsed) : "") + rest)],
            Assemblies.References,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));
        return compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.ToString());
    }

    private static string Given(CompilationUnitSyntax snippet)
    {
        var made = snippet.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text).ToHashSet(StringComparer.Ordinal);
        var used = snippet.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.Text).ToHashSet(StringComparer.Ordinal);
        var needsApp = used.Contains("app") && !made.Contains("app");
        var needsBuilder = (needsApp || used.Contains("builder")) && !made.Contains("builder");
        return (needsBuilder ? "var builder = WebApplication.CreateBuilder(args);\n" : "") + (needsApp ? "var app = builder.Build();\n" : "");
    }
}

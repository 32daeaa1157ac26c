using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Diagnostics;

/// <summary>docs/diagnostics.md has a heading "Instruments of {project}" with a row per instrument: name, kind, unit, tags, meaning.</summary>
public sealed class InstrumentTests
{
    private static readonly string[] Kinds = ["Counter", "UpDownCounter", "Histogram", "Gauge", "ObservableCounter", "ObservableUpDownCounter", "ObservableGauge"];

    public static TheoryData<string> Projects => [.. Repository.SourceProjects.Where(project => Instruments(project).Any())];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Instruments_OfAPackage_AreDocumentedAsTheyAre(string project)
    {
        var declared = Instruments(project).Select(found => $"{found.Name} {found.Kind} {found.Unit}").ToArray();
        var documented = Documented(project).Select(row => $"{Code(row[0])} {row[1]} {Code(row[2])}").ToArray();
        Assert.Equal(declared.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Tags_OfAPackage_AreDocumentedAsTheyAre(string project)
    {
        var names = Instruments(project).Select(found => found.Name).ToHashSet(StringComparer.Ordinal);
        var used = Repository.Under("src/" + project, ".cs")
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<LiteralExpressionSyntax>())
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression) && !IsOfATrace(literal))
            .Select(literal => literal.Token.ValueText)
            .Where(text => text.StartsWith("bouncer.", StringComparison.Ordinal) && !names.Contains(text));
        var documented = Documented(project).SelectMany(row => Markdown.Codes(row[3]));
        Assert.Equal(used.Distinct().Order(StringComparer.Ordinal), documented.Distinct().Order(StringComparer.Ordinal));
    }

    private static bool IsOfATrace(LiteralExpressionSyntax literal) =>
        literal.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression.ToString().EndsWith("SetTag", StringComparison.Ordinal) == true;

    private static IEnumerable<string[]> Documented(string project) => Markdown.Rows(Repository.File("docs/diagnostics.md"), "Instruments of " + project);

    private static string Code(string cell) => cell.Trim('`');

    private static IEnumerable<(string Name, string Kind, string Unit)> Instruments(string project) => Repository.Under("src/" + project, ".cs")
        .SelectMany(file => file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>())
        .Select(call => (Method: (call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.Text, Texts: Texts(call)))
        .Where(call => call.Method?.StartsWith("Create", StringComparison.Ordinal) == true && Kinds.Contains(call.Method[6..]))
        .Select(call => (call.Texts[0], call.Method![6..], call.Texts[1]));

    private static string[] Texts(InvocationExpressionSyntax call) =>
        [.. call.ArgumentList.Arguments.Select(argument => argument.Expression).OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.ValueText)];
}

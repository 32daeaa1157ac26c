using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Diagnostics;

/// <summary>A log event as the code declares it.</summary>
/// <param name="Project">The project.</param>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name among the project's event ids.</param>
/// <param name="Level">Its level.</param>
/// <param name="Text">Its text with placeholders.</param>
internal sealed record LogEvent(string Project, int Id, string Name, string Level, string Text);

internal static class LogEvents
{
    internal static IReadOnlyList<LogEvent> All { get; } = [.. Repository.SourceProjects.SelectMany(Of)];

    private static IEnumerable<LogEvent> Of(string project)
    {
        var ids = Ids(project);
        return Repository.Under("src/" + project, ".cs")
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<AttributeSyntax>())
            .Where(attribute => attribute.Name.ToString() == "LoggerMessage")
            .Select(attribute => attribute.ArgumentList!.Arguments)
            .Select(arguments => (Id: Last(arguments[0].Expression), Level: Last(arguments[1].Expression), Text: Literal(arguments[2].Expression)))
            .Select(found => new LogEvent(project, ids[found.Id], found.Id, found.Level, found.Text));
    }

    private static Dictionary<string, int> Ids(string project) => Repository.Under("src/" + project, "/EventIds.cs")
        .SelectMany(file => file.Syntax.DescendantNodes().OfType<VariableDeclaratorSyntax>())
        .ToDictionary(constant => constant.Identifier.Text, constant => (int)((LiteralExpressionSyntax)constant.Initializer!.Value).Token.Value!);

    private static string Last(ExpressionSyntax expression) => ((MemberAccessExpressionSyntax)expression).Name.Identifier.Text;

    private static string Literal(ExpressionSyntax expression) => expression.IsKind(SyntaxKind.StringLiteralExpression)
        ? ((LiteralExpressionSyntax)expression).Token.ValueText
        : string.Concat(expression.DescendantNodes().OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.ValueText));
}

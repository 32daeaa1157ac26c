using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Documentation;

/// <summary>The page of guarantees and the ids in test names agree.</summary>
public sealed partial class GuaranteeTests
{
    private static readonly HashSet<string> Tested =
    [
        .. Repository.Under("tests", ".cs")
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>())
            .Where(method => method.AttributeLists.Count > 0)
            .SelectMany(method => Id().Matches(method.Identifier.Text))
            .Select(match => match.Value),
    ];

    private static readonly string[] Listed = [.. Row().Matches(Repository.File("docs/guarantees.md").Text).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Ids_InTestNames_AreOnThePage() => Findings.None(Tested.Except(Listed), "Ids of tests that docs/guarantees.md does not explain:");

    [Fact]
    public void Ids_OnThePage_HaveTests() => Findings.None(Listed.Except(Tested), "Ids on docs/guarantees.md that no test has:");

    [Fact]
    public void Ids_OnThePage_AreThereOnce() => Assert.Equal(Listed.Distinct(), Listed);

    /// <summary>A word of a test's name that is a letter and a number.</summary>
    [GeneratedRegex("(?<=^|_)[A-Z][0-9]{1,2}(?=_)")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\| ([A-Z][0-9]{1,2}) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}

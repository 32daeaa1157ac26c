using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Bouncer.HouseTests.Documentation;

/// <summary>Where a page names a test as its proof, there is such a test.</summary>
public sealed partial class ClaimTests
{
    private static readonly HashSet<string> Tests =
        [.. Repository.Under("tests", ".cs").SelectMany(file => file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()).Select(method => method.Identifier.Text)];

    [Fact]
    public void TestsNamedOnPages_All_Exist()
    {
        var named = Repository.Pages.Where(page => page.Path != "CONTRIBUTING.md")
            .SelectMany(page => Markdown.Codes(page.Text).Where(code => TestName().IsMatch(code)).Select(code => (page.Path, Name: code)))
            .ToArray();
        Assert.NotEmpty(named);
        Findings.None(named.Where(claim => !Tests.Contains(claim.Name)).Select(claim => $"{claim.Path}: {claim.Name}"), "Tests that are named and do not exist:");
    }

    [GeneratedRegex(@"^([A-Z][A-Za-z0-9]*_){2,}[A-Z][A-Za-z0-9]*$")]
    private static partial Regex TestName();
}

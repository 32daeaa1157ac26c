namespace Bouncer.HouseTests.Documentation;

/// <summary>Compiles the C# that the pages show, as a project of the Web SDK would.</summary>
public sealed class CodeSnippetTests
{
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
        Findings.None(Snippet.Compile(Markdown.Fences(Repository.File(page)).Single(fence => fence.Line == line).Text).Errors(), $"{page}, line {line}, does not compile:");

    [Fact]
    public void Errors_OfASnippetWithAnUnknownName_AreFound() =>
        Assert.Contains(Snippet.Compile("app.UseNobody();").Errors(), error => error.Contains("UseNobody", StringComparison.Ordinal));
}

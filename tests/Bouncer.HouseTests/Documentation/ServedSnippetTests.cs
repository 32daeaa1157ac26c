using System.Net;
using System.Reflection;
using Bouncer.Testing;

namespace Bouncer.HouseTests.Documentation;

/// <summary>Runs the C# of the pages that answers requests, against a Local API with one decision, and asks for every page.</summary>
public sealed class ServedSnippetTests
{
    internal const string Banned = "192.0.2.10";

    public static TheoryData<string, int> Snippets
    {
        get
        {
            var snippets = new TheoryData<string, int>();
            foreach (var page in Repository.Pages)
            {
                foreach (var fence in Markdown.Fences(page).Where(fence => fence.Language == "csharp" && fence.Text.Contains("app.Map", StringComparison.Ordinal)))
                {
                    snippets.Add(page.Path, fence.Line);
                }
            }

            return snippets;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public async Task Snippet_ThatAnswersRequests_AnswersThem(string page, int line)
    {
        var answers = await RunAsync(Markdown.Fences(Repository.File(page)).Single(fence => fence.Line == line).Text);

        Findings.None(
            answers.Where(answer => answer.Value.Status >= HttpStatusCode.InternalServerError).Select(answer => $"{answer.Key}: {answer.Value.Status}"),
            $"{page}, line {line}, fails:");
    }

    [Fact]
    public async Task U4_Why_OfTheQuickStart_ShowsTheDecision()
    {
        var snippet = Markdown.Fences(Repository.File("docs/quick-start.md")).Single(fence => fence.Text.Contains("/why/{address}", StringComparison.Ordinal));

        var (status, body) = (await RunAsync(snippet.Text))["GET /why/" + Banned];

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith($"{Banned} gets ban under the policy default: because of decision ", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snippet_ThatFails_IsSeen()
    {
        var answers = await RunAsync("""app.MapGet("/", () => { string? nothing = null; return nothing!.Length.ToString(); });""");

        Assert.Equal(HttpStatusCode.InternalServerError, answers["GET /"].Status);
    }

    private static async Task<Dictionary<string, (HttpStatusCode Status, string Body)>> RunAsync(string snippet)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned, TimeSpan.FromHours(1));
        using var image = new MemoryStream();
        var compiled = Snippet.Compile(snippet, $"await {typeof(SnippetServer).FullName}.{nameof(SnippetServer.ServeAsync)}(app);").Emit(image);
        Assert.True(compiled.Success, string.Join('\n', compiled.Diagnostics));
        string[] arguments =
        [
            $"--Bouncer:Lapi:Url={lapi.Url}", $"--Bouncer:Lapi:ApiKey={lapi.ApiKey}", "--Bouncer:Http:Policies:api:DryRun=false",
            "--Logging:LogLevel:Default=None", "--environment=Production",
        ];
        Dictionary<string, (HttpStatusCode, string)> answers = [];
        await Task.Run(() =>
        {
            SnippetServer.Answers.Value = answers;
            Assembly.Load(image.ToArray()).EntryPoint!.Invoke(null, [arguments]);
        });
        return answers;
    }
}

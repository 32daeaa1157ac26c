using System.Text.RegularExpressions;

namespace Bouncer.HouseTests.Documentation;

/// <summary>What is true of one machine or one day's work has no place in the repository.</summary>
public sealed partial class WordTests
{
    private const string Self = "tests/Bouncer.HouseTests/Documentation/WordTests.cs";

    [Fact]
    public void Files_All_NameNoMachineNoHostNoTool() =>
        Findings.None(
            Repository.Files.Where(file => file.Path != Self)
                .SelectMany(file => file.Lines.Select((line, at) => (file, line, at)))
                .SelectMany(entry => Unwelcome().Matches(entry.line).Select(match => $"{entry.file.Path}:{entry.at + 1} '{match.Value}'")),
            "Words that belong elsewhere:");

    [Theory]
    [InlineData("see /wo" + "rk/shared")]
    [InlineData("/ro" + "ot/.nuget")]
    [InlineData("https://api.nu" + "get.org/v3/index.json")]
    [InlineData("written by an AI")]
    [InlineData("as the coding agent said")]
    public void Unwelcome_ForSuchAText_Matches(string text) => Assert.Matches(Unwelcome(), text);

    [Theory]
    [InlineData("the User-Agent header")]
    [InlineData("session affinity")]
    [InlineData("homework/rootless")]
    public void Unwelcome_ForAnHonestText_DoesNotMatch(string text) => Assert.DoesNotMatch(Unwelcome(), text);

    [GeneratedRegex(@"(?<![\w.~-])/(work|root|home/\w+)/|api\.nuget\.org|\bartifactory\b|\bjfrog\b|\bAI\b|\bLLM\b|\bClaude\b|\bAnthropic\b|\bChatGPT\b|\bCopilot\b|\bcoding (agent|assistant)\b|\bissue 2\b", RegexOptions.CultureInvariant)]
    private static partial Regex Unwelcome();
}

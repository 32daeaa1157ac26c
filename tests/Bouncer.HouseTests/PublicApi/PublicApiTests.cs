namespace Bouncer.HouseTests.PublicApi;

/// <summary>A change of what users can call shows up in a file, and so in the review.</summary>
public sealed class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    public static TheoryData<string> Projects => [.. Repository.SourceProjects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void PublicApi_OfAPackage_IsAsAccepted(string project)
    {
        var path = Path.Combine(Repository.Root, "src", project, "PublicAPI.txt");
        var actual = PublicApiText.Of(project);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, actual);
        }

        var accepted = File.Exists(path) ? Lines(File.ReadAllText(path)) : [];
        var difference = accepted.Except(Lines(actual)).Select(line => "gone: " + line).Concat(Lines(actual).Except(accepted).Select(line => "new:  " + line));
        Findings.None(difference, $"The public API of {project} differs from src/{project}/PublicAPI.txt. If that is meant, run these tests once with {Update}=1, and note the change in CHANGELOG.md:");
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

namespace Bouncer.HouseTests.Layers;

public sealed class SolutionTests
{
    /// <summary>test.sh builds and tests the solution: a project outside it is built and tested by nobody.</summary>
    [Fact]
    public void Projects_All_AreInTheSolution()
    {
        var solution = Repository.File("Bouncers.sln").Text.Replace('\\', '/');
        Findings.None(
            Repository.Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal)).Select(file => file.Path),
            "Projects that Bouncers.sln lacks:");
    }
}

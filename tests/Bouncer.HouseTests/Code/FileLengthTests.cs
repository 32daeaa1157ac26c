namespace Bouncer.HouseTests.Code;

public sealed class FileLengthTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("src", 400)]
    [InlineData("samples", 400)]
    [InlineData("tests", 700)]
    [InlineData("benchmarks", 700)]
    public void Files_OfATree_StayShort(string tree, int cap)
    {
        var files = Repository.Under(tree, ".cs").Select(file => (file.Path, Lines: file.Lines.Length)).OrderBy(file => file.Lines).ToArray();
        Findings.None(files.Where(file => file.Lines > cap).Select(file => $"{file.Path}: {file.Lines} lines"), $"Longer than {cap} lines:");
        if (files.Length > 0)
        {
            output.WriteLine($"{tree}: {files.Length} files, median {files[files.Length / 2].Lines}, p90 {files[files.Length * 9 / 10].Lines}, longest {files[^1]}");
        }
    }
}

namespace Bouncer.HouseTests.Settings;

/// <summary>docs/options.md has tables whose rows begin with the key and the default value.</summary>
public sealed class OptionTableTests
{
    private static readonly string[][] Rows =
        [.. Markdown.Headings(Repository.File("docs/options.md")).SelectMany(heading => Markdown.Rows(Repository.File("docs/options.md"), heading))
            .Where(row => row[0].StartsWith("`Bouncer:", StringComparison.Ordinal))];

    [Fact]
    public void Options_All_HaveARow() =>
        Findings.None(OptionKeys.All.Select(option => option.Key).Except(Rows.Select(KeyOf)), "Options that docs/options.md does not know:");

    [Fact]
    public void Rows_All_AreOptions() =>
        Findings.None(Rows.Select(KeyOf).Except(OptionKeys.All.Select(option => option.Key)), "Rows of docs/options.md for options that do not exist:");

    [Fact]
    public void Defaults_All_AreAsDocumented() =>
        Findings.None(
            OptionKeys.All.Where(option => option.Default is not null)
                .Join(Rows, option => option.Key, KeyOf, (option, row) => (option, Documented: Markdown.Codes(row[1]).FirstOrDefault()))
                .Where(pair => pair.Documented != pair.option.Default)
                .Select(pair => $"{pair.option.Key}: documented {pair.Documented}, is {pair.option.Default}"),
            "Defaults that docs/options.md has wrong:");

    [Fact]
    public void Rows_All_SayWhatTheyAreFor() =>
        Findings.None(Rows.Where(row => row.Length < 4 || row[3].Length == 0).Select(KeyOf), "Rows without a word on the purpose:");

    private static string KeyOf(string[] row) => row[0].Trim('`');
}

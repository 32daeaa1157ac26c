using System.Text;
using Bouncer.HouseTests.Settings;
using Microsoft.Extensions.Configuration;

namespace Bouncer.HouseTests.Documentation;

public sealed class SettingsSnippetTests
{
    public static TheoryData<string, int> Snippets
    {
        get
        {
            var snippets = new TheoryData<string, int>();
            foreach (var page in Repository.Pages)
            {
                foreach (var fence in Markdown.Fences(page).Where(fence => fence.Language == "json"))
                {
                    snippets.Add(page.Path, fence.Line);
                }
            }

            return snippets;
        }
    }

    public static TheoryData<string> SampleSettings =>
        [.. Repository.Under("samples", ".json").Select(file => file.Path).Where(path => Path.GetFileName(path).StartsWith("appsettings", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_OfSettings_HasOnlyKnownKeys(string page, int line) =>
        Findings.None(Unknown(Markdown.Fences(Repository.File(page)).Single(fence => fence.Line == line).Text), $"{page}, line {line}: keys that nothing reads:");

    [Theory]
    [MemberData(nameof(SampleSettings))]
    public void Settings_OfASample_HaveOnlyKnownKeys(string path) =>
        Findings.None(Unknown(Repository.File(path).Text), $"{path}: keys that nothing reads:");

    private static IEnumerable<string> Unknown(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().AsEnumerable()
        .Where(setting => setting.Value is not null && setting.Key.StartsWith("Bouncer:", StringComparison.OrdinalIgnoreCase))
        .Select(setting => setting.Key)
        .Where(key => !OptionKeys.Knows(key));
}

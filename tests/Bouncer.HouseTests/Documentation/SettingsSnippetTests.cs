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

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_OfSettings_HasOnlyKnownKeys(string page, int line)
    {
        var fence = Markdown.Fences(Repository.File(page)).Single(fence => fence.Line == line);
        var settings = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(fence.Text))).Build();
        var keys = settings.AsEnumerable().Where(setting => setting.Value is not null && setting.Key.StartsWith("Bouncer:", StringComparison.OrdinalIgnoreCase)).Select(setting => setting.Key);
        if (!Assemblies.HasPublicTypes("Bouncer.AspNetCore"))
        {
            keys = keys.Where(key => !key.StartsWith("Bouncer:Http:", StringComparison.Ordinal));
        }

        Findings.None(keys.Where(key => !OptionKeys.Knows(key)), $"{page}, line {line}: keys that nothing reads:");
    }
}

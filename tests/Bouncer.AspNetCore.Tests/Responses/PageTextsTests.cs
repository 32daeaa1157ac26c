using System.Text;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Responses;

/// <summary>A folder with the operator's own texts.</summary>
public sealed class PageTextsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncer-texts-");

    [Fact]
    public async Task Texts_OfAFolder_AreThoseOfAllPages()
    {
        Write("ar.json", """{ "dir": "rtl", "banHeading": "<ar> & more", "throttleSeconds": "{n} ث", "heading": "تحقق" }""");
        Write("de.json", """{ "banHeading": "Eigene Worte" }""");
        await using var site = await PagesSite.StartAsync(http => http.Texts = _folder.FullName);
        var (answer, ban) = await site.GetAsync("ban", "ar-EG");
        Assert.Equal(["ar"], answer.Content.Headers.ContentLanguage);
        answer.Dispose();
        Assert.Contains("<html lang=\"ar\" dir=\"rtl\">", ban, StringComparison.Ordinal);
        Assert.Contains("<h1>&lt;ar&gt; &amp; more</h1>", ban, StringComparison.Ordinal);
        Assert.Contains("What you can do", ban, StringComparison.Ordinal);
        Assert.Contains("<p>12 ث</p>", await site.BodyAsync("throttle", "ar"), StringComparison.Ordinal);
        Assert.Contains("<h1>تحقق</h1>", await site.BodyAsync("captcha", "ar"), StringComparison.Ordinal);
        var german = await site.BodyAsync("ban", "de");
        Assert.Contains("<h1>Eigene Worte</h1>", german, StringComparison.Ordinal);
        Assert.Contains("Was Sie tun können", german, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_ThatNameValues_GetThemAndNothingElse()
    {
        Write("nl.json", """{ "banAsk": "{reference}/{n}/{siteName}/{{siteName}}/{{$reference}}/{{banHeading}}/{" }""");
        await using var site = await PagesSite.StartAsync(http =>
        {
            http.Texts = _folder.FullName;
            http.Site.Name = "{reference}{{banHeading}}";
        });
        var page = await site.BodyAsync("ban", "nl");
        Assert.Matches(@"<p>[2-9A-Z]{8}//\{siteName}/\{\{siteName}}/\{\{\$reference}}/\{\{banHeading}}/\{</p>", page);
        Assert.Contains("<p class=\"site\"><bdi>&#x7B;reference}&#x7B;&#x7B;banHeading}}</bdi></p>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nl.json", """{ "headline": "x" }""", "has the text 'headline', which no page has")]
    [InlineData("nl.json", "[]", "not a JSON object")]
    [InlineData("nl.json", "{ nonsense", "not a JSON object")]
    [InlineData("nl.json", """{ "heading": 1 }""", "not a JSON object")]
    [InlineData("nl.json", """{ "heading": "a", "heading": "b" }""", "not a JSON object")]
    [InlineData("nl.json", """{ "dir": "up" }""", "it is ltr or rtl")]
    [InlineData("nl.json", """{ "mailSubject": "a\r\nBcc: b" }""", "control character")]
    [InlineData("nederlands taal.json", "{}", "not named after a language")]
    [InlineData("français.json", "{}", "not named after a language")]
    [InlineData("a.json", "{}", "not named after a language")]
    public async Task Texts_ThatCannotBeUsed_StopTheStart(string file, string json, string expected)
    {
        Write(file, json);
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => PagesSite.StartAsync(http => http.Texts = _folder.FullName));
        Assert.Contains("- Bouncer:Http:Texts cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_FileThatIsTooLarge_StopsTheStart()
    {
        Write("nl.json", $$"""{ "heading": "{{new string('x', 64 * 1024)}}" }""");
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => PagesSite.StartAsync(http => http.Texts = _folder.FullName));
        Assert.Contains("larger than 64 KiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_FolderThatIsNotThere_StopsTheStart()
    {
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => PagesSite.StartAsync(http => http.Texts = "no-such-folder"));
        Assert.Contains("- Bouncer:Http:Texts cannot be used: ", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string json) => File.WriteAllText(Path.Combine(_folder.FullName, name), json, Encoding.UTF8);
}

using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Responses;

/// <summary>What the pages tell of the site.</summary>
public sealed class SitePagesTests
{
    public static TheoryData<string> Refusals => ["ban", "throttle", "unresolved"];

    public static TheoryData<string> Pages => [.. PagesSite.Clients.Keys];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_WithoutSiteSettings_TellsNothingOfTheSite(string page)
    {
        await using var site = await PagesSite.StartAsync();
        var body = await site.BodyAsync(page);
        Assert.DoesNotContain("<a ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<footer", body, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"site\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_WithSiteSettings_HasNameAndLinks(string page)
    {
        await using var site = await PagesSite.StartAsync(Shop);
        var (answer, body) = await site.GetAsync(page, "de");
        using (answer)
        {
            Assert.Contains("<p class=\"site\"><bdi>Shop &amp; Söhne</bdi></p>\n<h1>", body, StringComparison.Ordinal);
            Assert.Matches("<title>[^<]+ – Shop &amp; Söhne</title>", body);
            Assert.Contains("<a href=\"https://help.example/contact?a=1&amp;b=2\">Kontaktseite</a>", body, StringComparison.Ordinal);
            Assert.Matches("<footer>.*<a href=\"/privacy\">Datenschutz</a></footer>", body);
            Assert.Equal(page == "captcha" ? "same-origin" : "no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refusal_WithAnEmailAddress_PutsTheReferenceIntoTheSubject(string page)
    {
        await using var site = await PagesSite.StartAsync(Shop);
        var body = await site.BodyAsync(page, "sv");
        var reference = Regex.Match(body, "<code dir=\"ltr\">([^<]+)</code>").Groups[1].Value;
        var link = WebUtility.HtmlDecode(Regex.Match(body, "href=\"(mailto:[^\"]+)\"").Groups[1].Value);
        Assert.Equal($"mailto:help+web@shop.example?subject=Referens%20{reference}%20%28Shop%20%26%20S%C3%B6hne%29", link);
        Assert.Contains("kontakta oss", body, StringComparison.Ordinal);
        Assert.DoesNotContain("webbplatsens ägare", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/help", null)]
    [InlineData(null, "help@shop.example")]
    public async Task Refusal_WithOneWayOfContact_LinksThatAlone(string? url, string? email)
    {
        await using var site = await PagesSite.StartAsync(http => (http.Site.ContactUrl, http.Site.ContactEmail) = (url, email));
        Assert.Single(Regex.Matches(await site.BodyAsync("ban"), "<a href=\"[^\"]+\""));
        Assert.Single(Regex.Matches(await site.BodyAsync("ban"), "<li>"));
    }

    [Fact]
    public async Task Captcha_WithAnEmailAddress_LinksItWithoutAReference()
    {
        await using var site = await PagesSite.StartAsync(Shop);
        Assert.Contains("<a href=\"mailto:help&#x2B;web@shop.example\" dir=\"ltr\">help&#x2B;web@shop.example</a>", await site.BodyAsync("captcha"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task C9_NameThatIsMarkup_IsTextOnThePage(string page)
    {
        await using var site = await PagesSite.StartAsync(http =>
        {
            http.Site.Name = "</title><script>alert(1)</script>\"'&{{reference}}{{$reference}}";
            http.Site.ContactUrl = "/a'b&quot;onclick=alert(1)?{reference}";
            http.Site.ContactEmail = "a@b.example";
        });
        var body = await site.BodyAsync(page);
        Assert.DoesNotContain("<script>alert", body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<p class=\"site\"><bdi>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;&#x7B;&#x7B;reference}}", body, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/a&#x27;b&amp;quot;onclick=alert(1)?&#x7B;reference}\">", body, StringComparison.Ordinal);
        Assert.DoesNotMatch("href=\"mailto:[^\"]*[&\r\n]", body);
    }

    [Fact]
    public async Task BanTemplate_NamesTheSite_GetsItEncoded()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, "{{siteName}}|{{contactUrl}}|{{contactEmail}}|{{privacyUrl}}|{{reference}}|{{other}}|{{$other}}|{{banHeading}}", TestContext.Current.CancellationToken);
        await using var site = await PagesSite.StartAsync(http =>
        {
            Shop(http);
            http.Site.PrivacyUrl = null;
            http.Ban.Template = file;
        });
        var (answer, body) = await site.GetAsync("ban", "de");
        Assert.Matches(@"^Shop &amp; Söhne\|https://help\.example/contact\?a=1&amp;b=2\|help&#x2B;web@shop\.example\|\|[2-9A-Z]{8}\|{{other}}\|{{\$other}}\|{{banHeading}}$", body);
        Assert.Empty(answer.Content.Headers.ContentLanguage);
        answer.Dispose();
        File.Delete(file);
    }

    [Fact]
    public async Task Reload_ChangedSite_IsOnThePagesAtOnceAndAWrongOneIsNot()
    {
        await using var site = await PagesSite.StartAsync(configure: builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("Bouncer:Http:Site:Name", "Before")]);
            builder.Services.BindBouncerHttp();
        });
        var configuration = (IConfigurationRoot)site.Site.App.Configuration;
        Assert.Contains("<title>Access denied – Before</title>", await site.BodyAsync("ban"), StringComparison.Ordinal);
        configuration["Bouncer:Http:Site:Name"] = "After";
        configuration["Bouncer:Http:Site:ContactUrl"] = "/help";
        configuration.Reload();
        foreach (var page in PagesSite.Clients.Keys)
        {
            var body = await site.BodyAsync(page);
            Assert.Contains("– After</title>", body, StringComparison.Ordinal);
            Assert.Contains("<a href=\"/help\">Contact page</a>", body, StringComparison.Ordinal);
        }

        configuration["Bouncer:Http:Site:Name"] = "Wrong";
        configuration["Bouncer:Http:Site:ContactUrl"] = "javascript:alert(1)";

        // The framework's own monitor of the same options throws.
        Assert.ThrowsAny<AggregateException>(configuration.Reload);
        Assert.Contains("– After</title>", await site.BodyAsync("ban"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name", "", true)]
    [InlineData("Name", "Shop & Söhne <b>", true)]
    [InlineData("Name", "a\nb", false)]
    [InlineData("Name", "a\u0085b", false)]
    [InlineData("Name", "100", true)]
    [InlineData("Name", "101", false)]
    [InlineData("ContactUrl", "https://example.org/contact?x=1#y", true)]
    [InlineData("ContactUrl", "HTTP://example.org", true)]
    [InlineData("ContactUrl", "/contact", true)]
    [InlineData("ContactUrl", "/", true)]
    [InlineData("ContactUrl", "//evil.example/", false)]
    [InlineData("ContactUrl", "/\\evil.example/", false)]
    [InlineData("ContactUrl", "contact", false)]
    [InlineData("ContactUrl", "javascript:alert(1)", false)]
    [InlineData("ContactUrl", "JavaScript://example.org/%0aalert(1)", false)]
    [InlineData("ContactUrl", "java\tscript:alert(1)", false)]
    [InlineData("ContactUrl", "data:text/html,x", false)]
    [InlineData("ContactUrl", "mailto:a@example.org", false)]
    [InlineData("ContactUrl", "ftp://example.org/", false)]
    [InlineData("ContactUrl", "https:example.org", false)]
    [InlineData("ContactUrl", "https://user@example.org/", false)]
    [InlineData("ContactUrl", "https://user:secret@example.org/", false)]
    [InlineData("ContactUrl", "https://", false)]
    [InlineData("ContactUrl", "https://example.org/a b", false)]
    [InlineData("ContactUrl", "https://example.org/\"onclick=", false)]
    [InlineData("ContactUrl", "https://example.org/ü", false)]
    [InlineData("ContactUrl", "https://example.org/\r\nx", false)]
    [InlineData("ContactUrl", "/2000", true)]
    [InlineData("ContactUrl", "/2001", false)]
    [InlineData("PrivacyUrl", "https://example.org/privacy", true)]
    [InlineData("PrivacyUrl", "javascript:alert(1)", false)]
    [InlineData("ContactEmail", "help@example.org", true)]
    [InlineData("ContactEmail", "a.b+c_d-e@mail.example.org", true)]
    [InlineData("ContactEmail", "webmaster@intranet", true)]
    [InlineData("ContactEmail", "help", false)]
    [InlineData("ContactEmail", "@example.org", false)]
    [InlineData("ContactEmail", "help@", false)]
    [InlineData("ContactEmail", "help@@example.org", false)]
    [InlineData("ContactEmail", "help@-example.org", false)]
    [InlineData("ContactEmail", "help@example..org", false)]
    [InlineData("ContactEmail", ".help@example.org", false)]
    [InlineData("ContactEmail", "Help <help@example.org>", false)]
    [InlineData("ContactEmail", "mailto:help@example.org", false)]
    [InlineData("ContactEmail", "help@example.org?cc=a@b.example", false)]
    [InlineData("ContactEmail", "help@example.org,a@b.example", false)]
    [InlineData("ContactEmail", "help%0a@example.org", false)]
    [InlineData("ContactEmail", "help@example.org\r\nBcc: a@b.example", false)]
    [InlineData("ContactEmail", "hälp@example.org", false)]
    [InlineData("ContactEmail", "254", true)]
    [InlineData("ContactEmail", "255", false)]
    public void Validator_EachSetting_IsTakenOrNamedWithWhatToWrite(string key, string value, bool isGood)
    {
        value = (key, value) switch
        {
            ("Name", "100" or "101") => new string('x', int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)),
            (_, "/2000" or "/2001") => "/".PadRight(int.Parse(value[1..], System.Globalization.CultureInfo.InvariantCulture), 'x'),
            ("ContactEmail", "254" or "255") => "a@".PadRight(int.Parse(value, System.Globalization.CultureInfo.InvariantCulture), 'x'),
            _ => value,
        };
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new($"Bouncer:Http:Site:{key}", value)]).Build());
        services.AddBouncer();
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<BouncerHttpOptions>>();
        if (isGood)
        {
            Assert.NotNull(options.Value);
        }
        else
        {
            var error = Assert.Single(Assert.Throws<OptionsValidationException>(() => options.Value).Failures);
            Assert.StartsWith($"Bouncer:Http:Site:{key} is not a ", error, StringComparison.Ordinal);
            Assert.Contains(key == "Name" ? "1 to 100 characters" : "; write ", error, StringComparison.Ordinal);
        }
    }

    private static void Shop(BouncerHttpOptions http) => http.Site = new SiteOptions
    {
        Name = "Shop & Söhne",
        ContactUrl = "https://help.example/contact?a=1&b=2",
        ContactEmail = "help+web@shop.example",
        PrivacyUrl = "/privacy",
    };
}

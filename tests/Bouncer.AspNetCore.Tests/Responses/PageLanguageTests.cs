using System.Net;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Tests.Responses;

/// <summary>The language of every page.</summary>
public sealed class PageLanguageTests
{
    private static readonly Dictionary<string, string[]> Headings = new()
    {
        ["ban"] = ["Access denied", "Zugriff verweigert", "Acceso denegado", "Accès refusé", "Åtkomst nekad"],
        ["throttle"] = ["Too many requests", "Zu viele Anfragen", "Demasiadas solicitudes", "Trop de requêtes", "För många förfrågningar"],
        ["unresolved"] = ["Bad request", "Ungültige Anfrage", "Solicitud no válida", "Requête non valide", "Ogiltig förfrågan"],
        ["captcha"] = ["Checking your connection", "Ihre Verbindung wird geprüft", "Comprobando su conexión", "Vérification de votre connexion", "Din anslutning kontrolleras"],
    };

    private static readonly string[] Languages = ["en", "de", "es", "fr", "sv"];

    public static MatrixTheoryData<string, int> Pages => new(Headings.Keys, Enumerable.Range(0, Languages.Length));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_InEachLanguage_IsWholeAndSaysSo(string page, int language)
    {
        await using var site = await PagesSite.StartAsync();
        var (answer, body) = await site.GetAsync(page, $"{Languages[language]}-XX,{Languages[language]};q=0.9,en;q=0.5");
        using (answer)
        {
            Assert.Contains($"<html lang=\"{Languages[language]}\" dir=\"ltr\">", body, StringComparison.Ordinal);
            Assert.Contains($"<h1>{Headings[page][language]}</h1>", body, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", body, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\{[a-z]+\}", body.Split("<script>")[0].Split("</style>")[^1]);
            Assert.Equal([Languages[language]], answer.Content.Headers.ContentLanguage);
            Assert.Superset(new HashSet<string> { "Accept", "Accept-Language" }, answer.Headers.Vary.ToHashSet());
            Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(body), answer.Content.Headers.ContentLength);
        }
    }

    [Theory]
    [InlineData("fr-CA,fr;q=0.9,en;q=0.8", "fr")]
    [InlineData("DE", "de")]
    [InlineData("nl, de;q=0.5", "de")]
    [InlineData("de-Latn-AT-1996", "de")]
    [InlineData("en;q=0.1, sv", "sv")]
    [InlineData("es;q=0, de", "de")]
    [InlineData("es;q=0", "en")]
    [InlineData("sv-FI", "sv")]
    [InlineData("*", "en")]
    [InlineData("nl", "en")]
    [InlineData("", "en")]
    [InlineData(";;;q=,,", "en")]
    [InlineData("de;q=7", "en")]
    [InlineData("../../etc/passwd", "en")]
    [InlineData("<script>alert(1)</script>", "en")]
    public async Task Ban_AnyAcceptLanguage_GetsTheWantedLanguageOrEnglish(string accepted, string expected)
    {
        await using var site = await PagesSite.StartAsync();
        for (var time = 0; time < 2; time++)
        {
            Assert.Contains($"<html lang=\"{expected}\" ", await site.BodyAsync("ban", accepted), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task C12_HugeAcceptLanguage_IsNotRead()
    {
        await using var site = await PagesSite.StartAsync();
        Assert.Contains("<html lang=\"en\" ", await site.BodyAsync("ban", string.Join(',', Enumerable.Repeat("de", 4000))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, "de")]
    [InlineData(257, null)]
    public void Header_LongerThanBrowsersSend_IsNotRead(int length, string? expected) =>
        Assert.Equal(expected, LanguageNegotiation.Choose("de".PadRight(length), tag => tag == "de"));

    [Fact]
    public void Header_SentTwice_IsReadAsOne() => Assert.Equal("fr", LanguageNegotiation.Choose(new(["de;q=0.5", "fr"]), tag => tag is "de" or "fr"));

    [Fact]
    public void Choose_LongerTag_IsCutFromTheRight() =>
        Assert.Equal("zh-Hant", LanguageNegotiation.Choose("zh-Hant-TW", tag => tag is "zh" or "zh-Hant"));

    [Fact]
    public void Choose_LanguageOfARegion_ComesBeforeTheLanguage() =>
        Assert.Equal("pt-BR", LanguageNegotiation.Choose("pt-BR", tag => tag is "pt" or "pt-BR"));

    [Theory]
    [InlineData("ban")]
    [InlineData("throttle")]
    [InlineData("unresolved")]
    public async Task C15_Head_HasTheHeadersOfGetInTheSameLanguage(string page)
    {
        await using var site = await PagesSite.StartAsync();
        var (get, body) = await site.GetAsync(page, "fr");
        var (head, empty) = await site.GetAsync(page, "fr", method: HttpMethod.Head);
        using (get)
        using (head)
        {
            Assert.NotEqual(HttpStatusCode.OK, get.StatusCode);
            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(["fr"], head.Content.Headers.ContentLanguage);
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.NotEmpty(body);
            Assert.Empty(empty);
        }
    }

    [Fact]
    public void Texts_OfEachLanguage_HaveTheNamesAndValuesOfEnglish()
    {
        var languages = PageTexts.Load(null).Languages;
        Assert.Equal(Languages, languages.Select(language => language.Tag.ToString()));
        foreach (var language in languages)
        {
            Assert.Equal(PageTexts.English.Keys.Order(), language.Texts.Keys.Order());
            Assert.All(language.Texts, text => Assert.False(string.IsNullOrWhiteSpace(text.Value)));
            Assert.All(
                language.Texts.Where(text => text.Key.StartsWith("throttle", StringComparison.Ordinal)),
                text => Assert.Equal(
                    PageTexts.English[text.Key].Contains("{n}", StringComparison.Ordinal), text.Value.Contains("{n}", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("de-AT,de;q=0.9,en;q=0.8")]
    [InlineData("en-GB")]
    [InlineData(null)]
    public void Choice_OfAKnownHeader_AllocatesNothing(string? accepted)
    {
        var texts = PageTexts.Load(null);
        var index = texts.IndexFor(accepted);
        Assert.Equal(0, Bouncer.TestUtils.AllocatedBytes.Of(() => index = texts.IndexFor(accepted)));
    }
}

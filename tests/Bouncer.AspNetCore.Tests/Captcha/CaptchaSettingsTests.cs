using System.Net;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Captcha;

public sealed class CaptchaSettingsTests
{
    [Fact]
    public async Task Start_ValuesOutOfRange_AreNamedAllAtOnce()
    {
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => TestSite.StartAsync(b => b.ConfigureHttp(http =>
        {
            http.Captcha.Difficulty = 11;
            http.Captcha.ClearanceLifetime = TimeSpan.FromHours(2);
            http.Captcha.Timeout = TimeSpan.Zero;
            http.Policy("strict").Captcha.Difficulty = 0;
        })));
        foreach (var key in new[]
        {
            "Bouncer:Http:Captcha:Difficulty", "Bouncer:Http:Captcha:ClearanceLifetime", "Bouncer:Http:Captcha:Timeout",
            "Bouncer:Http:Policies:strict:Captcha:Difficulty",
        })
        {
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Texts_OfAFolder_AddALanguageAndComplete()
    {
        var folder = Directory.CreateTempSubdirectory("bouncer-texts-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ar.json"), """{ "dir": "rtl", "heading": "<ar> & more" }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "de.json"), """{ "heading": "Eigene Worte" }""", TestContext.Current.CancellationToken);
        await using (var site = await CaptchaSite.StartAsync(http => http.Texts = folder.FullName))
        {
            var own = (await site.GetAsync("/", ("Accept-Language", "ar-EG"))).Body;
            Assert.Contains("<html lang=\"ar\" dir=\"rtl\">", own, StringComparison.Ordinal);
            Assert.Contains("<h1>&lt;ar&gt; &amp; more</h1>", own, StringComparison.Ordinal);
            Assert.Contains("Automated requests", own, StringComparison.Ordinal);
            var changed = (await site.GetAsync("/", ("Accept-Language", "de"))).Body;
            Assert.Contains("<h1>Eigene Worte</h1>", changed, StringComparison.Ordinal);
            Assert.Contains("Von Ihrer Netzwerkadresse", changed, StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task TasksWithoutEnd_AreRefusedByClient()
    {
        await using var site = await CaptchaSite.StartAsync();
        var served = 0;
        var last = await site.GetAsync("/.bouncer/captcha/challenge");
        for (; served < 300 && last.Status == HttpStatusCode.OK; served++)
        {
            last = await site.GetAsync("/.bouncer/captcha/challenge");
        }

        Assert.InRange(served, 60, 299);
        Assert.Equal(HttpStatusCode.TooManyRequests, last.Status);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/.bouncer/captcha/challenge", ("X-Forwarded-For", CaptchaSite.OtherSuspect))).Status);
    }

    [Fact]
    public async Task SolutionsWithoutEnd_AreRefusedUnchecked()
    {
        await using var site = await CaptchaSite.StartAsync();
        var last = await site.PostAsync("wrong");
        for (var request = 0; request < 300 && last.Status == HttpStatusCode.Forbidden; request++)
        {
            last = await site.PostAsync("wrong");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last.Status);
        Assert.Equal("10", last.Header("Retry-After"));
        Assert.Empty(last.Body);
        Assert.InRange(site.Provider.Asked.Count, 60, 299);
    }
}

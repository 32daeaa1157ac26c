using System.Net;
using System.Runtime.CompilerServices;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Captcha.SiteVerify;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>Captcha services of the settings, several side by side, and what a reload does to them.</summary>
public sealed class CaptchaServicesTests
{
    private static readonly TimeSpan Apart = ProviderProbe.Apart(new CaptchaOptions().Timeout);

    [Fact]
    public async Task Policies_WithAServiceEach_AskTheirOwnWithItsKeys()
    {
        await using var site = await ServicesSite.StartAsync();
        using var challenges = site.Site.App.Services.Collect("bouncer.challenges");
        site.Shop.Says(ServicesSite.Yes);
        site.Login.Says(site.LoginYes());
        var (shop, login) = ((await site.GetAsync("/")).Body, (await site.GetAsync("/login")).Body);
        Assert.Contains(ServicesSite.ShopWidget, shop, StringComparison.Ordinal);
        Assert.Contains("data-sitekey=\"shop-key\"", shop, StringComparison.Ordinal);
        Assert.Contains(ServicesSite.LoginWidget, login, StringComparison.Ordinal);
        Assert.Contains("data-sitekey=\"login-key\"", login, StringComparison.Ordinal);

        var ofShop = (await site.PostToShopAsync()).Cookie!;
        Assert.Equal("secret=shop-secret&response=a-token", Assert.Single(site.Shop.Calls).Body);
        Assert.Empty(site.Login.Calls);
        var ofLogin = (await site.PostToLoginAsync()).Cookie!;
        Assert.Equal("secret=login-secret&response=a-token&sitekey=login-key", Assert.Single(site.Login.Calls).Body);
        Assert.Single(site.Shop.Calls);

        // What one of them confirmed opens what asks for that one.
        Assert.Equal("hello", (await site.GetAsync("/", ("Cookie", ofShop))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/login", ("Cookie", ofShop))).Status);
        Assert.Equal("signed in", (await site.GetAsync("/login", ("Cookie", ofLogin))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", ofLogin))).Status);
        Assert.Contains("bouncer.provider=siteverify bouncer.outcome=solved", challenges.Tags);
        Assert.Contains("bouncer.provider=login bouncer.outcome=solved", challenges.Tags);
    }

    [Fact]
    public async Task C19_OneServiceDown_TheLocalCaptchaStandsInForThatAlone()
    {
        await using var site = await ServicesSite.StartAsync();
        site.Login.Says("", status: 503);
        await site.PostToLoginAsync();
        await Eventually.TrueAsync(async () =>
        {
            site.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await site.GetAsync("/login")).Body.Contains("name=\"altcha\"", StringComparison.Ordinal);
        });
        Assert.Contains(ServicesSite.ShopWidget, (await site.GetAsync("/")).Body, StringComparison.Ordinal);
        Assert.Equal("The captcha provider 'login' could not check a solution (status_503). Visitors cannot pass its captcha until it works again.",
            Assert.Single(site.Site.Logs.Lines, line => line.Id == EventIds.CaptchaFault).Text);
    }

    [Fact]
    public async Task Reload_ServiceAdded_CanBeNamedAtOnce()
    {
        await using var site = await ServicesSite.StartAsync();
        await using var added = await FakeSiteVerify.StartAsync();
        added.Says(ServicesSite.Yes);
        site.Set((ServicesSite.LoginPolicy, "added"));
        Assert.Contains(ServicesSite.LoginWidget, (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
        Assert.Contains("unknown captcha provider 'added'. Known providers: local, login, siteverify, trivial.",
            Assert.Single(site.Site.Logs.Lines, line => line.Id == EventIds.ReloadRefused).Text, StringComparison.Ordinal);

        site.Set(
            ($"{ServicesSite.Section}:added:Service", "siteverify"),
            ($"{ServicesSite.Section}:added:SiteKey", "added-key"),
            ($"{ServicesSite.Section}:added:SecretKey", "added-secret"),
            ($"{ServicesSite.Section}:added:Endpoint", added.Url.AbsoluteUri),
            ($"{ServicesSite.Section}:added:Script", "https://added.example/widget.js"));
        Assert.Contains("https://added.example/widget.js", (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
        Assert.Equal(1, site.Site.Logs.Count(EventIds.ReloadRefused));
    }

    [Fact]
    public async Task Reload_OtherKeys_AreUsedFromTheNextRequestOn()
    {
        await using var site = await ServicesSite.StartAsync();
        site.Shop.Says(ServicesSite.Yes);
        site.Set(($"{ServicesSite.Section}:siteverify:SiteKey", "new-key"), ($"{ServicesSite.Section}:siteverify:SecretKey", "new-secret"));
        Assert.Contains("data-sitekey=\"new-key\"", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
        Assert.NotNull((await site.PostToShopAsync()).Cookie);
        Assert.Equal("secret=new-secret&response=a-token", Assert.Single(site.Shop.Calls).Body);
    }

    [Fact]
    public async Task Reload_ServiceThatAPolicyNamesIsGone_IsRefused()
    {
        await using var site = await ServicesSite.StartAsync();
        site.Set(ServicesSite.LoginSection);
        Assert.Contains("Policies:sign-in:Captcha:Provider names the unknown captcha provider 'Login'",
            Assert.Single(site.Site.Logs.Lines, line => line.Id == EventIds.ReloadRefused).Text, StringComparison.Ordinal);
        Assert.Contains(ServicesSite.LoginWidget, (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_DuringACallToAService_TheCallEndsAsItBegan()
    {
        await using var site = await ServicesSite.StartAsync();
        var release = new TaskCompletionSource();
        site.Login.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(site.LoginYes());
        };
        var answer = site.PostToLoginAsync();
        await Eventually.TrueAsync(() => site.Login.Calls.Count == 1);
        site.RemoveLogin();
        Assert.Contains(ServicesSite.ShopWidget, (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
        release.SetResult();
        Assert.NotNull((await answer).Cookie);
    }

    /// <summary>What is known of a service belongs to its settings: others leave it alone, and new ones of its own begin afresh.</summary>
    [Fact]
    public async Task Reload_ServiceThatIsDown_StaysDownUntilItsOwnSettingsChange()
    {
        await using var site = await ServicesSite.StartAsync();
        await GoDownAsync(site);
        site.Set(("Bouncer:Http:Captcha:Difficulty", "4"), ($"{ServicesSite.Section}:siteverify:SiteKey", "other"));
        Assert.Contains("name=\"altcha\"", (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
        await PauseAsync(site, probes: 3);

        site.Set(($"{ServicesSite.Section}:login:SecretKey", "new-secret"));
        Assert.Contains(ServicesSite.LoginWidget, (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
        site.Login.Says(site.LoginYes());
        Assert.NotNull((await site.PostToLoginAsync()).Cookie);
    }

    [Fact]
    public async Task Reload_ServiceThatIsDownIsGone_IsProbedNoMore()
    {
        await using var site = await ServicesSite.StartAsync();
        await GoDownAsync(site);
        await PauseAsync(site, probes: 3);
        site.RemoveLogin();
        site.Clock.Advance(ProviderProbe.Pause);
        await Eventually.TrueAsync(() => !site.Clock.IsArmedIn(ProviderProbe.Pause));
        Assert.Equal(3, site.Login.Calls.Count(ServicesSite.IsProbe));
        Assert.Equal(0, site.Site.Logs.Count(EventIds.CaptchaRecovered));
    }

    /// <summary>A client's request may still have the settings that had the service.</summary>
    [Fact]
    public async Task Reload_FaultOfAServiceThatIsGone_BeginsNoProbe()
    {
        await using var site = await ServicesSite.StartAsync();
        var release = new TaskCompletionSource();
        site.Login.Answer = async context =>
        {
            await release.Task;
            context.Response.StatusCode = 503;
        };
        var answer = site.PostToLoginAsync();
        await Eventually.TrueAsync(() => site.Login.Calls.Count == 1);
        site.RemoveLogin();
        release.SetResult();
        Assert.Null((await answer).Cookie);

        // A probe of another service begins after it, and is seen.
        site.Shop.Says("", status: 503);
        await site.PostToShopAsync(CaptchaSite.OtherSuspect);
        await Eventually.TrueAsync(() => site.Shop.Calls.Any(ServicesSite.IsProbe) && site.Clock.IsArmedIn(Apart));
        Assert.DoesNotContain(site.Login.Calls, ServicesSite.IsProbe);
    }

    [Fact]
    public async Task Reload_ServiceGone_IsKeptByNothing()
    {
        await using var site = await ServicesSite.StartAsync();
        var login = ProviderOf(site, "login");
        Assert.True(login.IsAlive);
        site.RemoveLogin();

        // What the server keeps of requests may still have the settings before.
        await site.GetAsync("/");
        await Eventually.TrueAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !login.IsAlive;
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ProviderOf(ServicesSite site, string name) =>
        new(site.Site.App.Services.GetRequiredService<HttpSettingsProvider>().Current.Of<CaptchaSettings>().Providers[name]);

    private static async Task GoDownAsync(ServicesSite site)
    {
        site.Login.Says("", status: 503);
        await site.PostToLoginAsync();
        await Eventually.TrueAsync(() => site.Login.Calls.Count(ServicesSite.IsProbe) == 1 && site.Clock.IsArmedIn(Apart));
        site.Clock.Advance(Apart);
        await Eventually.TrueAsync(() => site.Login.Calls.Count(ServicesSite.IsProbe) == 2 && site.Clock.IsArmedIn(ProviderProbe.Pause));
        Assert.Contains("name=\"altcha\"", (await site.GetAsync("/login")).Body, StringComparison.Ordinal);
    }

    private static async Task PauseAsync(ServicesSite site, int probes)
    {
        site.Clock.Advance(ProviderProbe.Pause);
        await Eventually.TrueAsync(() => site.Login.Calls.Count(ServicesSite.IsProbe) == probes && site.Clock.IsArmedIn(ProviderProbe.Pause));
    }
}

using System.Net;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>F4: a service that limits its callers is not down, and what was set while it was gains nothing afterwards.</summary>
public sealed class ServiceLimitTests
{
    private const string Limited = "status_429";

    private static readonly TimeSpan Apart = ProviderProbe.Apart(new CaptchaOptions().Timeout);

    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ProbedProvider _provider = new() { Verdict = new(IsSolved: false, Fault: Limited), Found = Limited };

    [Fact]
    public async Task F4_ServiceLimitsVisitors_TheyWaitAndItIsNotDown()
    {
        await using var site = await StartAsync();
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => _clock.IsArmedIn(Apart));
        Assert.Contains("not available at the moment", (await PostAsync(site, CaptchaSite.OtherSuspect)).Body, StringComparison.Ordinal);
        Assert.Equal(1, _provider.Asked);
        Assert.True(await IsServiceShownAsync(site));

        _provider.Found = null;
        _provider.Verdict = new CaptchaVerdict(IsSolved: true);
        _clock.Advance(Apart);
        await Eventually.TrueAsync(() => site.Site.Logs.Count(EventIds.CaptchaRecovered) == 1);
        Assert.True(await IsServiceShownAsync(site));
        await Eventually.TrueAsync(async () => (await PostAsync(site, CaptchaSite.OtherSuspect)).Cookie is not null);
    }

    /// <summary>Services that count by the minute go on for as long, whatever the cause.</summary>
    [Fact]
    public async Task F4_ServiceLimitsOurProbesAlone_IsDownWhenAMinuteIsOver()
    {
        await using var site = await StartAsync();
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => _clock.IsArmedIn(Apart));
        _clock.Advance(Apart);
        for (var waited = Apart; waited <= ProviderProbe.LongestLimit; waited += ProviderProbe.Pause)
        {
            await Eventually.TrueAsync(() => _clock.IsArmedIn(ProviderProbe.Pause));
            Assert.True(await IsServiceShownAsync(site), $"{waited}");
            Assert.Null((await PostAsync(site, CaptchaSite.OtherSuspect)).Cookie);
            _clock.Advance(ProviderProbe.Pause);
        }

        await Eventually.TrueAsync(async () => !await IsServiceShownAsync(site));
        Assert.Equal(1, _provider.Asked);
    }

    [Fact]
    public async Task F4_ServiceThatFailsOtherwise_IsDownAtTheSecondProbe()
    {
        _provider.Found = "status_503";
        await using var site = await StartAsync();
        await GoDownAsync(site);
        Assert.False(await IsServiceShownAsync(site));
    }

    [Fact]
    public async Task F4_ClientsOfOneNetwork_HaveAServiceAskedOnlySoOften()
    {
        (_provider.Verdict, _provider.Found) = (default, null);
        await using var site = await StartAsync();
        Dictionary<HttpStatusCode, int> answers = [];
        for (var client = 1; client <= 150; client++)
        {
            var answer = await PostAsync(site, $"2001:db8:5:{client:x}::1");
            answers[answer.Status] = answers.GetValueOrDefault(answer.Status) + 1;
        }

        Assert.Equal(120, _provider.Asked);
        Assert.Equal(30, answers[HttpStatusCode.TooManyRequests]);
        await PostAsync(site, "2001:db8:6::1");
        Assert.Equal(121, _provider.Asked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await PostAsync(site, "2001:db8:5:ffff::1");
        Assert.Equal(122, _provider.Asked);
    }

    [Fact]
    public async Task F4_SolutionOfTheStandIn_CountsWhileItStandsIn()
    {
        _provider.Found = "status_503";
        await using var site = await StartAsync();
        Assert.Null((await SolveStandInAsync(site)).Cookie);
        await GoDownAsync(site);
        Assert.NotNull((await SolveStandInAsync(site)).Cookie);

        _provider.Found = null;
        _provider.Verdict = default;
        _clock.Advance(ProviderProbe.Pause);
        await Eventually.TrueAsync(() => site.Site.Logs.Count(EventIds.CaptchaRecovered) == 1);
        Assert.Null((await SolveStandInAsync(site)).Cookie);
    }

    private async Task GoDownAsync(CaptchaSite site)
    {
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => _clock.IsArmedIn(Apart));
        _clock.Advance(Apart);
        await Eventually.TrueAsync(() => _clock.IsArmedIn(ProviderProbe.Pause));
    }

    private static async Task<CaptchaSite.Answer> PostAsync(CaptchaSite site, string client)
    {
        await site.Site.DecideAsync(client, Remediation.Captcha);
        return await site.PostAsync("a-token", headers: ("X-Forwarded-For", client));
    }

    private static Task<CaptchaSite.Answer> SolveStandInAsync(CaptchaSite site) => site.SendAsync(
        HttpMethod.Post,
        "/.bouncer/captcha",
        new FormUrlEncodedContent(new Dictionary<string, string> { ["stand-in"] = "right" }),
        ("X-Forwarded-For", CaptchaSite.ThirdSuspect),
        ("Sec-Fetch-Site", "same-origin"));

    private static async Task<bool> IsServiceShownAsync(CaptchaSite site) =>
        (await site.GetAsync("/", ("X-Forwarded-For", CaptchaSite.ThirdSuspect))).Body.Contains("captcha.example", StringComparison.Ordinal);

    private Task<CaptchaSite> StartAsync() => CaptchaSite.StartAsync(configure: builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_clock);
        new TestBuilder(builder.Services)
            .AddCaptchaProvider(TrivialProvider.ProviderName, _provider)
            .AddCaptchaProvider(CaptchaProviders.LocalName, new StandIn());
    });

    private sealed class StandIn : ICaptchaProvider
    {
        public CaptchaWidget Widget { get; } = new() { Field = "stand-in" };

        public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => new("{}");

        public ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken) =>
            new(new CaptchaVerdict(IsSolved: solution == "right"));
    }
}

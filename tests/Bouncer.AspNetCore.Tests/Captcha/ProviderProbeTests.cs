using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>F4: only our own probes say that a service is down, and only they say that it is back.</summary>
public sealed class ProviderProbeTests
{
    private const int CaptchaFault = 2042;
    private const int CaptchaRecovered = 2044;

    private static readonly TimeSpan Apart = ProviderProbe.Apart(new CaptchaOptions().Timeout);
    private static readonly CaptchaVerdict Fault = new(IsSolved: false, Fault: "status_503");

    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ProbedProvider _provider = new() { Verdict = Fault, Found = "status_503" };

    [Fact]
    public async Task F4_OneProbeThatFails_ProvesNothing()
    {
        await using var site = await StartAsync();
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => IsWaiting());
        Assert.True(await IsServiceShownAsync(site));
        await PostAsync(site, CaptchaSite.OtherSuspect);

        // What one client's load caused is over when the second one comes.
        _provider.Found = null;
        _clock.Advance(Apart);
        await Eventually.TrueAsync(() => _provider.Probes == 2 && site.Site.Logs.Count(CaptchaRecovered) == 1);
        Assert.True(await IsServiceShownAsync(site));
        Assert.Equal(2, _provider.Probes);
    }

    [Fact]
    public async Task F4_TwoProbesThatFail_ProveItAndOnlyAProbeEndsIt()
    {
        await using var site = await StartAsync();
        await GoDownAsync(site);
        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));

        // Whatever clients send, the service is neither asked nor held to work: an empty token, no token, a right one.
        _provider.Verdict = new CaptchaVerdict(IsSolved: true);
        foreach (var solution in new[] { "", "\u00e9", "right" })
        {
            var answer = await site.PostAsync(solution, headers: ("X-Forwarded-For", CaptchaSite.OtherSuspect));
            Assert.Null(answer.Cookie);
            Assert.False(await IsServiceShownAsync(site));
        }

        Assert.Equal(1, _provider.Asked);
        Assert.Equal(2, _provider.Probes);

        // Not when the memory of a client's word would end, but when the service is back.
        for (var probe = 3; probe <= 8; probe++)
        {
            _clock.Advance(ProviderProbe.Pause);
            await Eventually.TrueAsync(() => _provider.Probes == probe && IsWaiting());
            Assert.False(await IsServiceShownAsync(site));
        }

        _provider.Found = null;
        _clock.Advance(ProviderProbe.Pause);
        await Eventually.TrueAsync(() => site.Site.Logs.Count(CaptchaRecovered) == 1);
        Assert.True(await IsServiceShownAsync(site));
        Assert.NotNull((await site.PostAsync("right")).Cookie);
        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));
    }

    /// <summary>What it confirms for one client shows no more than what it refuses another.</summary>
    [Fact]
    public async Task F4_SolutionConfirmedBetweenTheProbes_EndsNothing()
    {
        await using var site = await StartAsync();
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => IsWaiting());
        _provider.Verdict = new CaptchaVerdict(IsSolved: true);
        Assert.NotNull((await PostAsync(site, CaptchaSite.OtherSuspect)).Cookie);
        Assert.Equal(0, site.Site.Logs.Count(CaptchaRecovered));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("never ends")]
    public async Task F4_ProbeWithoutAnAnswer_IsOneThatFails(string kind)
    {
        await using var site = await StartAsync();
        _provider.OnProbe = async cancellationToken =>
        {
            await (kind == "throws" ? Task.FromException(new IOException("as asked")) : new TaskCompletionSource().Task.WaitAsync(cancellationToken));
            return null;
        };
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return !await IsServiceShownAsync(site);
        });
        Assert.InRange(_provider.Probes, 2, 3);
    }

    [Fact]
    public async Task F4_ServiceThatIsDownAgain_IsWarnedAboutAgain()
    {
        await using var site = await StartAsync();
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => IsWaiting());
        _provider.Found = null;
        _clock.Advance(Apart);
        await Eventually.TrueAsync(() => site.Site.Logs.Count(CaptchaRecovered) == 1);
        _provider.Found = "status_503";
        _clock.Advance(ProviderProbe.Pause);
        await GoDownAsync(site);
        Assert.Equal(2, site.Site.Logs.Count(CaptchaFault));
    }

    [Fact]
    public async Task Probe_BelongsToNoRequest()
    {
        var request = new AsyncLocal<string?>();
        var found = new TaskCompletionSource<string?>();
        await using var site = await StartAsync(pipeline: app =>
        {
            app.Use((context, next) =>
            {
                request.Value = "one";
                return next(context);
            });
            TestSite.DefaultPipeline(app);
        });
        _provider.OnProbe = _ =>
        {
            found.TrySetResult(request.Value);
            return default;
        };
        await PostAsync(site, CaptchaSite.Suspect);
        Assert.Null(await found.Task.WaitAsync(Eventually.DefaultDeadline));
    }

    [Fact]
    public async Task Probe_ThatLasts_EndsWithTheApplication()
    {
        var ended = new TaskCompletionSource();
        await using (var site = await StartAsync())
        {
            _provider.OnProbe = async cancellationToken =>
            {
                cancellationToken.Register(ended.SetResult);
                await ended.Task;
                return null;
            };
            await PostAsync(site, CaptchaSite.Suspect);
            await Eventually.TrueAsync(() => _provider.Probes == 1);
            Assert.False(ended.Task.IsCompleted);
        }

        await ended.Task.WaitAsync(Eventually.DefaultDeadline);
    }

    /// <summary>A WAF in front of the service refuses some tokens, for as many clients as the attacker has.</summary>
    [Fact]
    public async Task F4_FaultsOfManyNetworks_CountForNothingWhileProbesSucceed()
    {
        await using var site = await StartAsync();
        _provider.Found = null;
        for (var network = 0; network < 20; network++)
        {
            await PostAsync(site, $"2001:db8:{network + 1}::1");
            await Eventually.TrueAsync(() => site.Site.Logs.Count(CaptchaRecovered) == 1);
            Assert.True(await IsServiceShownAsync(site));
        }

        Assert.Equal(1, _provider.Probes);
        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));

        _clock.Advance(ProviderProbe.Pause);
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => _provider.Probes == 2);
        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));
    }

    /// <summary>No captcha stands in, and still no client's token takes the place of a probe.</summary>
    [Fact]
    public async Task F4_NoFallback_TheTryAfterThePauseIsOurs()
    {
        await using var site = await StartAsync(http => http.Captcha.FallbackToLocal = false);
        await GoDownAsync(site);
        for (var client = 1; client <= 20; client++)
        {
            await PostAsync(site, $"2001:db8:{client}::1");
        }

        Assert.Equal(1, _provider.Asked);
        _provider.Found = null;
        _clock.Advance(ProviderProbe.Pause);
        await Eventually.TrueAsync(() => site.Site.Logs.Count(CaptchaRecovered) == 1);
        _provider.Verdict = new CaptchaVerdict(IsSolved: true);
        Assert.NotNull((await site.PostAsync("right")).Cookie);
    }

    private bool IsWaiting() => _clock.IsArmedIn(Apart) || _clock.IsArmedIn(ProviderProbe.Pause);

    private async Task GoDownAsync(CaptchaSite site)
    {
        var before = _provider.Probes;
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => _provider.Probes == before + 1 && IsWaiting());
        _clock.Advance(Apart);
        await Eventually.TrueAsync(() => _provider.Probes == before + 2 && IsWaiting());
    }

    private static async Task<CaptchaSite.Answer> PostAsync(CaptchaSite site, string client)
    {
        await site.Site.DecideAsync(client, Remediation.Captcha);
        return await site.PostAsync("a-token", headers: ("X-Forwarded-For", client));
    }

    private static async Task<bool> IsServiceShownAsync(CaptchaSite site) =>
        (await site.GetAsync("/", ("X-Forwarded-For", CaptchaSite.ThirdSuspect))).Body.Contains("captcha.example", StringComparison.Ordinal);

    private async Task<CaptchaSite> StartAsync(Action<BouncerHttpOptions>? options = null, Action<WebApplication>? pipeline = null)
    {
        var site = await CaptchaSite.StartAsync(options, pipeline, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            new TestBuilder(builder.Services).AddCaptchaProvider(TrivialProvider.ProviderName, _provider);
        });
        return site;
    }
}

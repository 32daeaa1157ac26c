using System.Net;
using Bouncer.AspNetCore.AppSec;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Reply = Bouncer.Testing.AppSecReply;

namespace Bouncer.AspNetCore.Tests.AppSec;

/// <summary>AppSec inspects one request at a time here, as by default, and a body of 9 bytes keeps it busy until the test says.</summary>
public sealed class AppSecSlowBodyTests : IAsyncLifetime
{
    private const string Attacker = "198.51.100.166";
    private const string Other = "198.51.100.177";

    private readonly ManualResetEventSlim _done = new();
    private readonly Lock _worker = new();
    private readonly TestClock _clock = new();
    private InspectedSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        _done.Set();
        await _site.DisposeAsync();
        _done.Dispose();
    }

    [Fact]
    public async Task Body_ThatTakesTooLong_IsRefused_AndItsClientsNextOnesWait()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await UntilTimeoutAsync(PostAsync(Attacker, 9)));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(Attacker, 1));
        Assert.Single(_site.AppSec.Requests);

        _done.Set();
        await AnsweredAsync();

        // AppSec worked for about two seconds, so the client is held for about twenty.
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(Attacker, 1));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(Other, 1));
        Assert.Equal(HttpStatusCode.Forbidden, (await _site.GetAsync("/rpc2", Attacker)).StatusCode);

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(Attacker, 1));
        Assert.Single(_site.Site.Logs.GetSnapshot(), line => line.Message.StartsWith("AppSec did not answer in time for a request with a body", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Body_ThatWaitedForAnothersSlowOne_HoldsItsClientNoLonger()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await UntilTimeoutAsync(PostAsync(Attacker, 9)));
        Assert.Equal(HttpStatusCode.Forbidden, await UntilTimeoutAsync(PostAsync(Other, 1), seen: 2));

        _done.Set();
        await AnsweredAsync();

        Assert.Equal(HttpStatusCode.OK, await PostAsync(Other, 1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(Attacker, 1));
    }

    [Fact]
    public async Task Body_ThatKeepsAppSecBusy_DoesNotSwitchItOffForOthers()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await UntilTimeoutAsync(PostAsync(Attacker, 9)));
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await UntilTimeoutAsync(GetAsync("/rpc2"), seen: i + 2));
        }

        var monitor = _site.Site.App.Services.GetRequiredService<AppSecMonitor>();
        Assert.True(monitor.TryEnter() && monitor.TryEnter());

        // The next one is answered as soon as AppSec is done.
        var next = GetAsync("/rpc2");
        await Eventually.TrueAsync(() => _site.AppSec.Requests.Count == 9);
        _done.Set();
        Assert.Equal(HttpStatusCode.Forbidden, await next);
    }

    [Fact]
    public async Task Bodies_OfOneClient_AreInspectedTwoAtATime()
    {
        var bodies = Enumerable.Range(0, 12).Select(_ => PostAsync(Attacker, 9)).ToArray();
        await Eventually.TrueAsync(() => _site.AppSec.Requests.Count == 2);
        var other = PostAsync(Other, 1);
        await Eventually.TrueAsync(() => _site.AppSec.Requests.Count == 3);
        Assert.Single(_site.AppSec.Requests[2].Body);

        _done.Set();
        Assert.All(await Task.WhenAll(bodies), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.OK, await other);
        Assert.Equal(13, _site.AppSec.Requests.Count);
    }

    [Fact]
    public async Task Client_ThatDisconnects_KeepsItsTurns()
    {
        for (var i = 1; i <= 2; i++)
        {
            using var gone = new CancellationTokenSource();
            var body = PostAsync(Attacker, 9, gone.Token);
            await Eventually.TrueAsync(() => _site.AppSec.Requests.Count == i);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => body);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await UntilTimeoutAsync(PostAsync(Attacker, 1), seen: 2));
        Assert.Equal(2, _site.AppSec.Requests.Count);
    }

    [Fact]
    public async Task AppSec_ThatAnswersNothingForAMinute_IsDownForBodiesToo()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, await UntilTimeoutAsync(PostAsync($"198.51.100.{200 + i}", 9), seen: i + 1));
        }

        var monitor = _site.Site.App.Services.GetRequiredService<AppSecMonitor>();
        _clock.Advance(TimeSpan.FromSeconds(63));
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return monitor is { Fault: "timeout" } && !monitor.TryEnter();
        });

        Assert.Equal(HttpStatusCode.OK, await PostAsync(Other, 1));
    }

    [Fact]
    public async Task Client_ThatIsHeld_IsToldForHowLong()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await UntilTimeoutAsync(PostAsync(Attacker, 9)));
        Assert.Equal(TimeSpan.FromSeconds(2), await RetryAfterAsync());

        _done.Set();
        await AnsweredAsync();

        Assert.InRange(await RetryAfterAsync(), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("none", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("captcha", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    public async Task WhenTooSlow_IsTheRemediation(string treatment, HttpStatusCode first, HttpStatusCode next)
    {
        await _site.DisposeAsync();
        _site = await StartAsync(options => options.WhenTooSlow = treatment);

        Assert.Equal(first, await UntilTimeoutAsync(PostAsync(Attacker, 9)));
        Assert.Equal(next, await PostAsync(Attacker, 1));
    }

    private Task<InspectedSite> StartAsync(Action<AppSecOptions>? configure = null) => BusyAsync(InspectedSite.StartAsync(
        options =>
        {
            options.Timeout = TimeSpan.FromSeconds(2);
            configure?.Invoke(options);
        },
        time: _clock));

    private async Task<InspectedSite> BusyAsync(Task<InspectedSite> starting)
    {
        var site = await starting;
        site.AppSec.Rules = request =>
        {
            lock (_worker)
            {
                if (request.Body.Length == 9)
                {
                    _done.Wait(TimeSpan.FromSeconds(60));
                }

                return request.Uri == "/rpc2" ? Reply.Ban : Reply.Allow;
            }
        };
        return site;
    }

    private async Task<TimeSpan> RetryAfterAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/length") { Content = InspectedSite.Bytes(1), Headers = { { "X-Forwarded-For", Attacker } } };
        using var response = await _site.Site.Http1.SendAsync(request);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        return response.Headers.RetryAfter!.Delta!.Value;
    }

    private async Task<HttpStatusCode> GetAsync(string path) => (await _site.GetAsync(path, Other)).StatusCode;

    private async Task<HttpStatusCode> PostAsync(string client, int length, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/length") { Content = InspectedSite.Bytes(length) };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        using var response = await _site.Site.Http1.SendAsync(request, cancellationToken);
        return response.StatusCode;
    }

    /// <summary>Lets the time pass until a response came, once AppSec has a number of requests.</summary>
    private async Task<HttpStatusCode> UntilTimeoutAsync(Task<HttpStatusCode> response, int seen = 1)
    {
        await Eventually.TrueAsync(() => _site.AppSec.Requests.Count == seen);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return response.IsCompleted;
        });
        return await response;
    }

    /// <summary>Waits until the bouncer has heard that AppSec is done with all bodies.</summary>
    private Task AnsweredAsync()
    {
        var turns = _site.Site.App.Services.GetRequiredService<BodyTurns>();
        return Eventually.TrueAsync(() => !turns.IsSlow);
    }
}

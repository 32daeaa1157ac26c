using Bouncer.AspNetCore.Tests.Captcha;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Responses;

/// <summary>A site that shows each of the pages: to a banned client, to a throttled one whose one request a window has passed, to one
/// whose proxy names no address, and to one with a captcha.</summary>
internal sealed class PagesSite : IAsyncDisposable
{
    internal const string Throttled = "192.0.2.30";
    internal const string Unresolved = "unknown";
    internal const string Suspect = "192.0.2.20";

    private readonly TestSite _site;

    private PagesSite(TestSite site) => _site = site;

    /// <summary>Every page by the name of its client.</summary>
    internal static IReadOnlyDictionary<string, string> Clients { get; } = new Dictionary<string, string>
    {
        ["ban"] = TestSite.Banned, ["throttle"] = Throttled, ["unresolved"] = Unresolved, ["captcha"] = Suspect,
    };

    internal TestSite Site => _site;

    internal static async Task<PagesSite> StartAsync(Action<BouncerHttpOptions>? options = null, Action<WebApplicationBuilder>? configure = null, TimeSpan? window = null)
    {
        var site = new PagesSite(await TestSite.StartAsync(
            bouncer => bouncer.AddCaptchaProvider(TrivialProvider.ProviderName, new TrivialProvider()).ConfigureHttp(http =>
            {
                http.Captcha.Provider = TrivialProvider.ProviderName;
                http.Throttle.PermitLimit = 1;
                http.Throttle.Window = window ?? TimeSpan.FromSeconds(12);
                options?.Invoke(http);
            }),
            configure: builder =>
            {
                builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
                builder.Services.AddSingleton<TimeProvider>(new TestClock());
                configure?.Invoke(builder);
            },
            decisions: lapi => lapi.Decide(Suspect, Remediation.Captcha).Decide(Throttled, Remediation.Throttle)));
        (await site._site.GetAsync("/", Throttled)).Dispose();
        return site;
    }

    internal async Task<(HttpResponseMessage Answer, string Body)> GetAsync(
        string page, string? languages = null, string accept = CaptchaSite.Browser, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", Clients[page]);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (languages is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", languages);
        }

        var answer = await _site.Http1.SendAsync(request);
        return (answer, await answer.Content.ReadAsStringAsync());
    }

    internal async Task<string> BodyAsync(string page, string? languages = null)
    {
        var (answer, body) = await GetAsync(page, languages);
        answer.Dispose();
        return body;
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}

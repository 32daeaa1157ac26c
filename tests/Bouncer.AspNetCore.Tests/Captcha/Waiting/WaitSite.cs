using System.Net;
using System.Text.RegularExpressions;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha.Waiting;

/// <summary>A real server whose clients may wait for half a minute instead of solving a captcha, and a clock to move.</summary>
internal sealed partial class WaitSite : IAsyncDisposable
{
    private const string Setting = "Bouncer:Http:Captcha:WaitWithoutScript";

    private WaitSite(CaptchaSite site, TestClock clock)
    {
        Site = site;
        Clock = clock;
    }

    internal CaptchaSite Site { get; }

    internal TestClock Clock { get; }

    internal static TimeSpan Wait { get; } = TimeSpan.FromSeconds(30);

    internal static async Task<WaitSite> StartAsync(
        Action<BouncerHttpOptions>? options = null,
        Action<WebApplication>? pipeline = null,
        IDataProtectionProvider? keys = null,
        TestClock? clock = null,
        IChallengeReplayStore? spent = null)
    {
        clock ??= new TestClock(TimeProvider.System.GetUtcNow());
        var site = await CaptchaSite.StartAsync(
            options,
            pipeline,
            builder =>
            {
                builder.Configuration.AddInMemoryCollection([new(Setting, Wait.ToString("c"))]);
                builder.Services.BindBouncerHttp();
                builder.Services.AddSingleton<TimeProvider>(clock);
                if (spent is not null)
                {
                    builder.Services.AddSingleton(spent);
                }
            },
            keys: keys);
        return new WaitSite(site, clock);
    }

    internal void Set(string wait)
    {
        var configuration = (IConfigurationRoot)Site.Site.App.Configuration;
        configuration[Setting] = wait;
        configuration.Reload();
    }

    internal Task<CaptchaSite.Answer> GetAsync(string link, string client = CaptchaSite.Suspect, params (string Name, string Value)[] headers) =>
        Site.GetAsync(link, [.. headers, ("X-Forwarded-For", client)]);

    /// <summary>Meets the captcha and begins to wait, as a browser without scripts does.</summary>
    /// <returns>Where the client waits.</returns>
    internal async Task<string> BeginAsync(string path = "/shop?item=1", string client = CaptchaSite.Suspect, string? from = null, params (string Name, string Value)[] headers)
    {
        var page = await GetAsync(path, client, headers);
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        var sent = await GetAsync(RefreshOf(page.Body), from ?? client, headers);
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.Null(sent.Cookie);
        return sent.Location!;
    }

    /// <summary>Where a page sends a browser without scripts.</summary>
    internal static string RefreshOf(string page) =>
        Refresh().Match(page) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[2].Value) : throw new InvalidOperationException(page);

    /// <summary>In how many seconds; null if it does not.</summary>
    internal static int? SecondsOf(string page) =>
        Refresh().Match(page) is { Success: true } match ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    internal static string TicketOf(string link) => link[(link.LastIndexOf("wait=", StringComparison.Ordinal) + 5)..];

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    [GeneratedRegex("http-equiv=\"refresh\" content=\"([0-9]+); url=([^\"]*)\"")]
    private static partial Regex Refresh();
}

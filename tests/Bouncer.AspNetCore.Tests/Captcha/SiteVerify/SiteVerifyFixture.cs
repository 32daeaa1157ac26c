using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

/// <summary>One provider with the product's own HTTP client, pointed at a fake service.</summary>
internal sealed class SiteVerifyFixture : IAsyncDisposable
{
    internal const string Host = "site.example";

    private readonly ServiceProvider _services;

    private SiteVerifyFixture(FakeSiteVerify fake, SiteVerifyService service)
    {
        Fake = fake;
        var services = new ServiceCollection();
        services.AddSiteVerifyApi();
        _services = services.BuildServiceProvider();
        Settings = SettingsFor(fake.Url) with { Service = service };
        Use(Settings);
    }

    internal SiteVerifySettings Settings { get; private set; }

    internal FakeSiteVerify Fake { get; }

    internal TestClock Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal SiteVerifyProvider Provider { get; private set; }

    internal static async Task<SiteVerifyFixture> StartAsync(SiteVerifyService? service = null) =>
        new(await FakeSiteVerify.StartAsync(), service ?? SiteVerifyServices.Turnstile);

    internal static SiteVerifySettings SettingsFor(Uri endpoint) => new()
    {
        Service = SiteVerifyServices.Turnstile,
        SiteKey = "the-site-key",
        SecretKey = "the-secret",
        Endpoint = endpoint,
        MinScore = 0.5,
    };

    /// <summary>From now on the provider is one with these settings.</summary>
    [MemberNotNull(nameof(Provider))]
    internal void Use(SiteVerifySettings settings)
    {
        Settings = settings;
        Provider = new SiteVerifyProvider(settings, _services.GetRequiredService<ISiteVerifyApi>(), Clock, new SiteHosts("turnstile", NullLogger.Instance));
    }

    /// <summary>What the service says of a token that is right in every respect, with some members replaced or left out.</summary>
    internal string Yes(params (string Name, string? Json)[] changes)
    {
        var members = new Dictionary<string, string?>
        {
            ["success"] = "true",
            ["hostname"] = $"\"{Host}\"",
            ["action"] = "\"bouncer_default\"",
            ["score"] = "0.9",
            ["challenge_ts"] = $"\"{Clock.GetUtcNow().AddSeconds(-30).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\"",
            ["error-codes"] = "[]",
        };
        foreach (var (name, json) in changes)
        {
            members[name] = json;
        }

        return "{" + string.Join(',', members.Where(member => member.Value is not null).Select(member => $"\"{member.Key}\":{member.Value}")) + "}";
    }

    internal async Task<CaptchaVerdict> VerifyAsync(string token = "a-token", IPAddress? address = null, CancellationToken? deadline = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.1");
        address ??= IPAddress.Parse("192.0.2.7");
        return await Provider.VerifyAsync(
            new CaptchaContext(context, ClientKey.Of(address), Host, "bouncer_default", 1, address), token, deadline ?? TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Fake.DisposeAsync();
    }
}

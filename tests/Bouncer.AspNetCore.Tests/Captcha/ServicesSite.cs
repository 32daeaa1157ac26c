using Bouncer.AspNetCore.Tests.Captcha.SiteVerify;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>A real server with two captcha services in its configuration, each with a stand-in that answers: the default policy has
/// <c>siteverify</c>, and <c>/login</c> has a policy with <c>login</c>, which is an hCaptcha.</summary>
internal sealed class ServicesSite : IAsyncDisposable
{
    internal const string Section = "Bouncer:Http:Captcha:Providers";
    internal const string LoginPolicy = "Bouncer:Http:Policies:sign-in:Captcha:Provider";
    internal const string Yes = """{"success":true}""";
    internal const string LoginWidget = "https://login.example/widget.js";
    internal const string ShopWidget = "https://shop.example/widget.js";

    /// <summary>All that the configuration says of the login's service, taken out.</summary>
    internal static readonly (string Key, string? Value)[] LoginSection =
        [.. new[] { "Service", "SiteKey", "SecretKey", "Endpoint", "Script" }.Select(key => ($"{Section}:login:{key}", (string?)null))];

    private readonly CaptchaSite _site;
    private readonly LiveSettings _settings;

    private ServicesSite(CaptchaSite site, LiveSettings settings, FakeSiteVerify shop, FakeSiteVerify login, TestClock clock)
    {
        _site = site;
        _settings = settings;
        Shop = shop;
        Login = login;
        Clock = clock;
    }

    internal TestSite Site => _site.Site;

    internal FakeSiteVerify Shop { get; }

    internal FakeSiteVerify Login { get; }

    internal TestClock Clock { get; }

    internal static async Task<ServicesSite> StartAsync()
    {
        var (shop, login) = (await FakeSiteVerify.StartAsync(), await FakeSiteVerify.StartAsync());
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        var settings = new LiveSettings
        {
            ["Bouncer:Http:Captcha:Provider"] = "siteverify",
            [$"{Section}:siteverify:SiteKey"] = "shop-key",
            [$"{Section}:siteverify:SecretKey"] = "shop-secret",
            [$"{Section}:siteverify:Endpoint"] = shop.Url.AbsoluteUri,
            [$"{Section}:siteverify:Script"] = ShopWidget,
            [LoginPolicy] = "Login",
            [$"{Section}:login:Service"] = "hcaptcha",
            [$"{Section}:login:SiteKey"] = "login-key",
            [$"{Section}:login:SecretKey"] = "login-secret",
            [$"{Section}:login:Endpoint"] = login.Url.AbsoluteUri,
            [$"{Section}:login:Script"] = LoginWidget,
        };
        var site = await CaptchaSite.StartAsync(
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/login", () => "signed in").RequireBouncer("sign-in");
            },
            configure: builder =>
            {
                ((IConfigurationBuilder)builder.Configuration).Add(settings);
                builder.Services.BindBouncerHttp();
                builder.Services.AddSingleton<TimeProvider>(clock);
            });
        return new ServicesSite(site, settings, shop, login, clock);
    }

    /// <summary>Changes the configuration while the server runs; a value that is null is gone.</summary>
    internal void Set(params (string Key, string? Value)[] changes)
    {
        foreach (var (key, value) in changes)
        {
            _settings[key] = value;
        }

        _settings.Reload();
    }

    /// <summary>Takes the login's service out of the configuration, and its policy, whose endpoint then has the default captcha.</summary>
    internal void RemoveLogin() => Set([.. LoginSection, (LoginPolicy, null)]);

    internal Task<CaptchaSite.Answer> GetAsync(string path, params (string Name, string Value)[] headers) => _site.GetAsync(path, headers);

    /// <summary>Sends a token as the widget of the shop's service would.</summary>
    internal Task<CaptchaSite.Answer> PostToShopAsync(string client = CaptchaSite.Suspect) => PostAsync("/.bouncer/captcha", "cap-token", client);

    /// <summary>Sends a token as the widget of the login's service would.</summary>
    internal Task<CaptchaSite.Answer> PostToLoginAsync(string client = CaptchaSite.Suspect) => PostAsync("/.bouncer/captcha?p=sign-in", "h-captcha-response", client);

    /// <summary>What hCaptcha says of a right token.</summary>
    internal string LoginYes() => $$"""{"success":true,"hostname":"127.0.0.1","challenge_ts":"{{Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}""";

    internal static bool IsProbe(FakeSiteVerify.Call call) => call.Body.Contains("bouncer-probe", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await Shop.DisposeAsync();
        await Login.DisposeAsync();
    }

    private Task<CaptchaSite.Answer> PostAsync(string path, string field, string client) => _site.SendAsync(
        HttpMethod.Post,
        path,
        new FormUrlEncodedContent(new Dictionary<string, string> { [field] = "a-token" }),
        ("X-Forwarded-For", client),
        ("Sec-Fetch-Site", "same-origin"));
}

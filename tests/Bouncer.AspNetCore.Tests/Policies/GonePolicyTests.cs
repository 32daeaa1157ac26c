using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Fakes;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Policies;

public sealed class GonePolicyTests
{
    private const string Strict = "Bouncer:Http:Policies:strict:Map:throttle";
    private const string Other = "Bouncer:Http:Policies:other:Map:throttle";

    /// <summary>U10: it keeps how it throttles, and what captcha it asks for.</summary>
    [Fact]
    public async Task U10_Reload_WithoutAPolicyThatAnEndpointNames_ItsThrottleAndCaptchaStay()
    {
        const string Throttled = "192.0.2.50";
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Throttled, TimeSpan.FromHours(1), "throttle");
        const string Limit = "Bouncer:Http:Policies:strict:Throttle:PermitLimit";
        const string Difficulty = "Bouncer:Http:Policies:strict:Captcha:Difficulty";
        var strict = new LiveSettings { [Limit] = "1", [Difficulty] = "9" };
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                ((IConfigurationBuilder)builder.Configuration).Add(strict);
                builder.Services.AddBouncer();
            },
            app => app.MapGet("/strict", () => "hello").RequireBouncer("strict"));
        var settings = site.App.Services.GetRequiredService<HttpSettingsProvider>();
        Assert.Equal((200, 429), (await site.StatusAsync(Throttled, "/strict"), await site.StatusAsync(Throttled, "/strict")));

        (strict[Limit], strict[Difficulty], strict[Other]) = (null, null, "captcha");
        strict.Reload();
        strict[Other] = "none";
        strict.Reload();

        Assert.False(settings.Current.Policies.TryGet("strict", out _));
        Assert.Equal(429, await site.StatusAsync(Throttled, "/strict"));
        Assert.Equal(200, await site.StatusAsync(Throttled));
        Assert.Equal(9, settings.Current.Of<CaptchaSettings>().Of("strict").Difficulty);

        strict[Limit] = "1000";
        strict.Reload();
        Assert.Equal(200, await site.StatusAsync(Throttled, "/strict"));
        Assert.NotEqual(9, settings.Current.Of<CaptchaSettings>().Of("strict").Difficulty);
    }

    /// <summary>U10: an endpoint must not become milder because the name of its policy vanished from a file.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task U10_Reload_WithoutAPolicyThatAnEndpointNames_TheEndpointKeepsIt(bool isAdded)
    {
        const string Throttled = "192.0.2.50";
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Throttled, TimeSpan.FromHours(1), "throttle");
        var logs = new FakeLogCollector();
        var strict = new LiveSettings { [Strict] = "ban" };
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Logging.AddCollector(logs);
                ((IConfigurationBuilder)builder.Configuration).Add(strict);
                if (isAdded)
                {
                    builder.Services.AddBouncer();
                }
            },
            app => app.MapGet("/strict", () => "hello").RequireBouncer("strict"));
        Assert.Equal((200, 403), (await site.StatusAsync(Throttled), await site.StatusAsync(Throttled, "/strict")));

        strict[Strict] = null;
        strict[Other] = "captcha";
        strict.Reload();
        strict[Other] = "none";
        strict.Reload();
        Assert.Equal((200, 403), (await site.StatusAsync(Throttled), await site.StatusAsync(Throttled, "/strict")));
        Assert.Equal(1, logs.Count(EventIds.PolicyGone));

        strict[Other] = null;
        strict[Strict] = "none";
        strict.Reload();
        Assert.Equal(200, await site.StatusAsync(Throttled, "/strict"));
    }
}

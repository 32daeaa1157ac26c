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
        var strict = new ChangingFile("Bouncer:Http:Policies:strict:Treat:throttle", "ban");
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

        strict.Change("Bouncer:Http:Policies:other:Treat:throttle", "captcha");
        strict.Change("Bouncer:Http:Policies:other:Treat:throttle", "none");
        Assert.Equal((200, 403), (await site.StatusAsync(Throttled), await site.StatusAsync(Throttled, "/strict")));
        Assert.Equal(1, logs.Count(EventIds.PolicyGone));

        strict.Change("Bouncer:Http:Policies:strict:Treat:throttle", "none");
        Assert.Equal(200, await site.StatusAsync(Throttled, "/strict"));
    }

    /// <summary>A file with one setting.</summary>
    private sealed class ChangingFile : ConfigurationProvider, IConfigurationSource
    {
        internal ChangingFile(string key, string value) => Data[key] = value;

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        internal void Change(string key, string value)
        {
            Data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { [key] = value };
            OnReload();
        }
    }
}

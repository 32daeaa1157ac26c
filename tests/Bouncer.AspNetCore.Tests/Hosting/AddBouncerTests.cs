using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Hosting;

public sealed class AddBouncerTests
{
    public static TheoryData<string> Forms => ["root", "section", "code"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AddBouncer_EachForm_EnforcesDecisions(string form)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder => Add(builder, form, lapi));
        Assert.Equal(403, await site.StatusAsync("192.0.2.66"));
        Assert.Equal(200, await site.StatusAsync("192.0.2.67"));
        Assert.Equal(1, site.App.Services.GetRequiredService<IDecisionStore>().Count);
    }

    [Fact]
    public async Task AddBouncer_CalledTwice_RegistersNothingTwice()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var services = 0;
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder =>
        {
            builder.Services.AddBouncer().AddPolicy("first", p => p.DryRun());
            services = builder.Services.Count;
            builder.Services.AddBouncer();
        });
        Assert.Equal(services, site.Registrations);
        Assert.Single(lapi.Requests, request => request.PathAndQuery.Contains("startup=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddBouncer_OwnEngineRegisteredBefore_Wins()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var engine = await RunningEngine.StartAsync(other => other.Ban("192.0.2.1"));
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder =>
        {
            builder.Services.AddSingleton<IBouncer>(new OwnEngine(engine.Bouncer));
            builder.Services.AddBouncer();
        });
        Assert.Equal(403, await site.StatusAsync("192.0.2.1"));
    }

    [Fact]
    public async Task AddRemediation_NewName_BeatsOrYieldsBySeverity()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.5", TimeSpan.FromHours(1), "tarpit");
        lapi.Database.Add("192.0.2.6", TimeSpan.FromHours(1), "tarpit");
        lapi.Database.Add("192.0.2.0/24", TimeSpan.FromHours(1), "captcha");
        lapi.Database.Add("192.0.2.6", TimeSpan.FromHours(1), "ban");
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder =>
            builder.Services.AddBouncer().AddRemediation<Teapot>(new Remediation("tarpit"), severity: 500));
        Assert.Equal(418, await site.StatusAsync("192.0.2.5"));
        Assert.Equal(403, await site.StatusAsync("192.0.2.6"));
        Assert.Equal(403, await site.StatusAsync("192.0.2.7"));
    }

    [Fact]
    public async Task AddBouncer_BadSettings_StopTheStart()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddBouncer();
        await using var app = builder.Build();
        app.UseBouncer();
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => app.StartAsync());
        Assert.Contains("Bouncer:Lapi:Url", error.Message, StringComparison.Ordinal);
    }

    private static void Add(WebApplicationBuilder builder, string form, LocalApiServer lapi)
    {
        switch (form)
        {
            case "root":
                builder.Services.AddBouncer();
                break;
            case "section":
                builder.Services.AddBouncer(builder.Configuration.GetSection("Bouncer"));
                break;
            default:
                builder.Services.AddBouncer(options => (options.Lapi.Url, options.Lapi.ApiKey) = (lapi.Url, lapi.ApiKey));
                break;
        }
    }

    private sealed class Teapot : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return new(RemediationResult.Handled);
        }
    }
}

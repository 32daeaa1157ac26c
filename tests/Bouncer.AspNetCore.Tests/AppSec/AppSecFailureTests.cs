using System.Net;
using System.Security.Cryptography.X509Certificates;
using Bouncer.AspNetCore.AppSec;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.AppSec;

public sealed class AppSecFailureTests
{
    private const string Allow = """{"action":"allow","http_status":200}""";

    public static TheoryData<string, Fault> Faults { get; } = new()
    {
        { "status_500", new Fault { Status = 500 } },
        { "unauthorized", new Fault { Status = 401 } },
        { "status_302", new Fault { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "/allowed" } } },
        { "status_429", new Fault { Status = 429 } },
        { "status_204", new Fault { Status = 204 } },
        { "unreadable", new Fault { Body = "" } },
        { "unreadable", new Fault { Body = "OK" } },
        { "unreadable", new Fault { Body = "null" } },
        { "unreadable", new Fault { Body = "[]" } },
        { "unreadable", new Fault { Body = "{}" } },
        { "unreadable", new Fault { Body = """{"action":null}""" } },
        { "unreadable", new Fault { Body = """{"action":""}""" } },
        { "unreadable", new Fault { Body = """{"action":1}""" } },
        { "unreadable", new Fault { Body = """{"action":"ban","action":"allow"}""" } },
        { "unreadable", new Fault { Body = """{"action":"allow","http_status":"200"}""" } },
        { "unreadable", new Fault { Body = """{"action":"ban","http_status":"403"}""" } },
        { "unreadable", new Fault { Body = """{"action":"ban","http_status":4e99}""" } },
        { "unreadable", new Fault { Body = """{"action":"challenge","user_headers":{"a":"b"}}""" } },
        { "unreadable", new Fault { Body = Allow + "x" } },
        { "unreadable", new Fault { Body = Allow[..^1] } },
        { "unreachable", new Fault { CutAfter = 10 } },
        { "too_large", new Fault { Body = $$"""{"action":"allow","user_body_content":"{{new string('x', 9_000_000)}}"}""" } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_IsTreatedAsSet(string fault, Fault how)
    {
        foreach (var (treatment, expected) in new[] { ("none", HttpStatusCode.OK), ("ban", HttpStatusCode.Forbidden) })
        {
            await using var site = await InspectedSite.StartAsync(options => options.WhenUnavailable = treatment);
            site.AppSec.Faults.Add(how);

            using var response = await site.GetAsync("/rpc2");

            Assert.Equal(expected, response.StatusCode);
            var told = fault == "unreachable" ? $"unreachable: {site.AppSec.Url}: the system says ConnectionReset" : fault;
            Assert.Contains(site.Site.Logs.GetSnapshot(), line =>
                line.Message == $"AppSec did not inspect a request ({told}); such requests get '{treatment}' (Bouncer:Http:AppSec:WhenUnavailable). Logged at most once a minute.");
        }
    }

    [Theory]
    [InlineData("none", HttpStatusCode.OK)]
    [InlineData("ban", HttpStatusCode.Forbidden)]
    public async Task AppSecThatHangs_IsGivenUpAfterTheTimeout(string treatment, HttpStatusCode expected)
    {
        await using var site = await InspectedSite.StartAsync(options => (options.Timeout, options.WhenUnavailable) = (TimeSpan.FromMilliseconds(100), treatment));
        site.AppSec.Faults.Add(new Fault { StallAfter = 5 });

        Assert.Equal(expected, (await site.GetAsync("/")).StatusCode);
        Assert.Contains(site.Site.Logs.GetSnapshot(), line => line.Message.Contains("(timeout)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AppSecThatIsDown_IsTriedByOneRequestAtATime_UntilItAnswers()
    {
        var clock = new TestClock();
        await using var site = await InspectedSite.StartAsync(time: clock);
        var monitor = site.Site.App.Services.GetRequiredService<AppSecMonitor>();
        await site.AppSec.StopAsync();
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2")).StatusCode);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Another request is trying it now.
        Assert.True(monitor.TryEnter());
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.False(monitor.TryEnter());
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync(site)).Status);
        monitor.GivenUp();

        await site.AppSec.StartAgainAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(site)).Status);
        Assert.Single(site.Site.Logs.GetSnapshot(), line => line.Message == "AppSec answers again.");
        Assert.Single(site.Site.Logs.GetSnapshot(), line => line.Message.StartsWith("AppSec did not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClientThatDisconnects_IsNoFailure()
    {
        await using var site = await InspectedSite.StartAsync();
        site.AppSec.Faults.Add(new Fault { StallAfter = 0 }, times: 1);
        using var gone = new CancellationTokenSource();
        var request = site.Site.Http1.GetAsync(new Uri("/", UriKind.Relative), gone.Token);
        await Eventually.TrueAsync(() => site.AppSec.Requests.Count == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Null(site.Site.App.Services.GetRequiredService<AppSecMonitor>().Fault);
        Assert.DoesNotContain(site.Site.Logs.GetSnapshot(), line => line.Id.Id != 2067 && line.Message.Contains("AppSec", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Off", null, null, true)]
    [InlineData("Off", "key", null, false)]
    [InlineData("Off", null, "key", false)]
    [InlineData("Off", null, null, false, "https://127.0.0.1:1/")]
    public async Task AppSecAlone_NeedsAKey(string mode, string? own, string? ofLapi, bool isRefused, string? urlWithCertificate = null)
    {
        using var folder = new CertificateFolder();
        using var authority = new TestAuthority();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Sync:Mode"] = mode,
            ["Bouncer:Lapi:ApiKey"] = ofLapi,
            ["Bouncer:Http:AppSec:Url"] = urlWithCertificate ?? "http://127.0.0.1:1/",
            ["Bouncer:Http:AppSec:ApiKey"] = own,
            ["Bouncer:Http:AppSec:Tls:CertificateFile"] = urlWithCertificate is null ? null : folder.Write("client.pfx", authority.Issue("CN=bouncer", "127.0.0.1").Export(X509ContentType.Pfx)),
        });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddBouncer();
        await using var app = builder.Build();
        app.UseBouncer();

        var error = await Record.ExceptionAsync(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(isRefused, error is not null);
        if (error is not null)
        {
            Assert.Contains("Bouncer:Http:AppSec:ApiKey is missing", error.Message, StringComparison.Ordinal);
            Assert.Contains("Bouncer:Http:AppSec:ApiKeyFile", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Settings_ThatAreWrong_StopTheStart()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => InspectedSite.StartAsync(options =>
        {
            options.Url = new Uri("ftp://127.0.0.1/");
            options.ApiKeyFile = "a";
            options.Timeout = TimeSpan.Zero;
            options.MaxBodySize = -1;
            options.LargeBody = (AppSecBodyAction)9;
            options.UnreadableBody = (AppSecBodyAction)9;
            options.WhenUnavailable = "nonsense";
        }));

        string[] lines = [.. error.Message.Split("\n- ").Skip(1)];
        Assert.Equal(
            ["ApiKey", "LargeBody", "MaxBodySize", "Timeout", "UnreadableBody", "Url", "WhenUnavailable"],
            lines.Select(line => line.Split(' ')[0].Split(':')[^1]).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.StartsWith("Bouncer:Http:AppSec:", line, StringComparison.Ordinal));
    }

    private static Task<HealthCheckResult> HealthAsync(InspectedSite site)
    {
        var check = site.Site.App.Services.GetRequiredService<AppSecHealthCheck>();
        return check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("bouncer-appsec", check, null, null) });
    }
}

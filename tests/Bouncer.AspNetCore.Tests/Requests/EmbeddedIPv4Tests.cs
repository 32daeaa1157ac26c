using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>Clients whose address holds an IPv4 address, on a real server with the real engine: attack F9.</summary>
public sealed class EmbeddedIPv4Tests
{
    private static readonly (string, string)[] s_on = [("Bouncer:EmbeddedIPv4", "nat64,6to4"), ("Bouncer:Http:Throttle:PermitLimit", "4"), ("Bouncer:Http:Throttle:Window", "01:00:00")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F9_BannedIPv4_IsRefusedInEveryForm(bool isAdded)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.10", TimeSpan.FromHours(1));
        await using var site = await StartAsync(lapi, isAdded, s_on);
        await using var off = await StartAsync(lapi, isAdded);
        foreach (var form in new[] { "64:ff9b::192.0.2.10", "2002:c000:20a::1" })
        {
            Assert.Equal(403, await site.StatusAsync(form));
            Assert.Equal(200, await off.StatusAsync(form));
        }

        Assert.Equal(200, await site.StatusAsync("64:ff9b::192.0.2.11"));
    }

    /// <summary>A 6to4 host has 65,536 networks, and all hosts behind a translator have one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F9_ThrottledIPv4_HasOneAccountInAllItsFormsAndSharesNone(bool isAdded)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.0/24", TimeSpan.FromHours(1), type: "throttle");
        await using var site = await StartAsync(lapi, isAdded, s_on);
        foreach (var form in new[] { "192.0.2.10", "64:ff9b::192.0.2.10", "2002:c000:20a:1::1", "2002:c000:20a:2::1" })
        {
            Assert.Equal(200, await site.StatusAsync(form));
        }

        foreach (var form in new[] { "192.0.2.10", "64:ff9b::192.0.2.10", "2002:c000:20a:3::1" })
        {
            Assert.Equal(429, await site.StatusAsync(form));
        }

        Assert.Equal(200, await site.StatusAsync("64:ff9b::192.0.2.11"));
    }

    /// <summary>It was shown by the client that the decision is on, whatever address it comes from next.</summary>
    [Fact]
    public async Task F9_SecondFactor_CountsInEveryForm()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.10", TimeSpan.FromHours(1), type: "mfa");
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                HeaderAuthentication.Add(builder.Services);
                builder.Services.AddBouncer();
            },
            app => app.MapPost("/step-up", (HttpContext context, IMfaClearance stepUp) => stepUp.GrantAsync(context, context.User)),
            [.. s_on, ("Bouncer:Http:Mfa:StepUpPath", "/step-up")]);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = new Uri(site.App.Urls.First()) };
        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string client, string? cookie = null)
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { { "X-Forwarded-For", client }, { HeaderAuthentication.Header, "alice" } } };
            request.Headers.Add("Cookie", cookie ?? "none=1");
            return await http.SendAsync(request);
        }

        using var granted = await SendAsync(HttpMethod.Post, "/step-up", "64:ff9b::192.0.2.10");
        var cookie = Assert.Single(granted.Headers.GetValues("Set-Cookie")).Split(';')[0];
        foreach (var form in new[] { "192.0.2.10", "64:ff9b::192.0.2.10", "2002:c000:20a::1" })
        {
            using var without = await SendAsync(HttpMethod.Get, "/", form);
            using var with = await SendAsync(HttpMethod.Get, "/", form, cookie);
            Assert.Equal((401, 200), ((int)without.StatusCode, (int)with.StatusCode));
        }
    }

    private static Task<OneLineSite> StartAsync(LocalApiServer lapi, bool isAdded, params (string, string)[] settings) => OneLineSite.StartAsync(
        lapi,
        builder =>
        {
            if (isAdded)
            {
                builder.Services.AddBouncer();
            }
        },
        null,
        settings);
}

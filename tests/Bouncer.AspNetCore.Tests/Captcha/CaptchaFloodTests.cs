using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>F7: what others do by the hundred thousand costs a visitor no captcha.</summary>
public sealed class CaptchaFloodTests
{
    /// <summary>More throttled clients than have an account each, at a rate that remembers them for hours.</summary>
    [Fact]
    public async Task F7_MillionsOfThrottledClients_RefuseNoClientACaptcha()
    {
        await using var site = await CaptchaSite.StartAsync();
        var throttle = site.Site.App.Services.GetRequiredService<GcraRateLimiter>();
        var slow = new Rate(PermitLimit: 1, Window: TimeSpan.FromHours(6), Burst: 1);
        var purpose = RateKey.Purpose("flood");
        for (var client = 0; client < 1_200_000; client++)
        {
            throttle.TryTake(RateKey.Of(purpose, ClientKey.Of(new IPAddress(0x0100_0000 + client))), slow, out _);
        }

        string[] visitors = [.. Enumerable.Range(0, 50).Select(visitor => $"198.51.{visitor}.7")];
        await site.Site.ChangeAsync(lapi => Array.ForEach(visitors, address => lapi.Decide(address, Remediation.Captcha)));
        foreach (var address in visitors)
        {
            Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/.bouncer/captcha/challenge", ("X-Forwarded-For", address))).Status);
        }
    }

    /// <summary>A client that resets its connection while its form is read is no error of ours.</summary>
    [Fact]
    public async Task F7_ConnectionReset_WhileTheFormIsRead_IsNoError()
    {
        await using var site = await CaptchaSite.StartAsync();
        var port = site.Site.Http1.BaseAddress!.Port;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"POST /.bouncer/captcha HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {CaptchaSite.Suspect}\r\nSec-Fetch-Site: same-origin\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"));

            // The server asks for the body as soon as it reads the form.
            var buffer = new byte[256];
            var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
            socket.LingerState = new LingerOption(true, 0);
        }

        await Eventually.TrueAsync(() => site.Site.Logs.Count(EventIds.Remediated) > 0);
        Assert.DoesNotContain(site.Site.Logs.GetSnapshot(), static line => line.Level >= LogLevel.Error);
    }
}

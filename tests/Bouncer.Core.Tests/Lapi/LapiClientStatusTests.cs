using System.Globalization;
using System.Net;
using Bouncer.Lapi;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;

namespace Bouncer.Tests.Lapi;

public class LapiClientStatusTests
{
    [Theory]
    [InlineData(401, LapiErrorKind.Forbidden)]
    [InlineData(403, LapiErrorKind.Forbidden)]
    [InlineData(300, LapiErrorKind.Redirected)]
    [InlineData(304, LapiErrorKind.Redirected)]
    [InlineData(404, LapiErrorKind.NotFound)]
    [InlineData(405, LapiErrorKind.NotFound)]
    [InlineData(429, LapiErrorKind.Busy)]
    [InlineData(503, LapiErrorKind.Busy)]
    [InlineData(201, LapiErrorKind.Status)]
    [InlineData(204, LapiErrorKind.Status)]
    [InlineData(206, LapiErrorKind.Status)]
    [InlineData(400, LapiErrorKind.NotOffered)]
    [InlineData(407, LapiErrorKind.NotOffered)]
    [InlineData(408, LapiErrorKind.Status)]
    [InlineData(501, LapiErrorKind.NotOffered)]
    [InlineData(500, LapiErrorKind.Internal)]
    [InlineData(502, LapiErrorKind.Status)]
    [InlineData(599, LapiErrorKind.Status)]
    public async Task PullAsync_B11_Status_IsMapped(int status, object kind)
    {
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            if (status is not (204 or 304))
            {
                await context.Response.WriteAsync("""{"message":"body-marker","new":[]}""");
            }
        });

        var exception = await LapiClients.FailAsync(lapi.Url);

        Assert.Equal(kind, exception.Kind);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("body-marker", exception.ToString(), StringComparison.Ordinal);
        Assert.Null(exception.RetryAfter);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task PullAsync_B11_Redirect_NeverTakesTheKeyElsewhere(int status)
    {
        await using var thief = await FakeLapi.StartAsync("""{"new":[],"deleted":[]}""");
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = new Uri(thief.Url, "/v1/decisions/stream?marker").ToString();
            return Task.CompletedTask;
        });
        var client = LapiClients.Create(lapi.Url);

        var pull = await LapiClients.FailAsync(lapi.Url);
        var live = await Assert.ThrowsAsync<LapiException>(() => client.QueryAsync(IPAddress.Loopback, TestContext.Current.CancellationToken));

        Assert.Equal(LapiErrorKind.Redirected, pull.Kind);
        Assert.Equal(LapiErrorKind.Redirected, live.Kind);
        Assert.DoesNotContain("marker", pull.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, lapi.Requests.Count);
        Assert.Empty(thief.Requests);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("60", 60)]
    [InlineData("86400", 60)]
    [InlineData("-5", null)]
    [InlineData("99999999999999", null)]
    [InlineData("soon", null)]
    [InlineData("Fri, 02 Jan 2026 03:04:25 GMT", 20)]
    [InlineData("Fri, 02 Jan 2026 03:04:00 GMT", 0)]
    [InlineData("Fri, 02 Jan 2099 03:04:00 GMT", 60)]
    public async Task PullAsync_B11_RetryAfter_IsClamped(string header, int? seconds)
    {
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });
        var client = LapiClients.Create(lapi.Url, time: new TestClock(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));

        var exception = await Assert.ThrowsAsync<LapiException>(() => client.PullAsync(true, TestContext.Current.CancellationToken));

        Assert.Equal(seconds, (int?)exception.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task CheckHealthAsync_NotOk_Fails()
    {
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<LapiException>(() => LapiClients.Create(lapi.Url).CheckHealthAsync(TestContext.Current.CancellationToken));
    }
}

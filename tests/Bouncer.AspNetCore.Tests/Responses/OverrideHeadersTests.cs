using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;

namespace Bouncer.AspNetCore.Tests.Responses;

public sealed class OverrideHeadersTests
{
    /// <summary>Exempt endpoints are looked at so for every request.</summary>
    [Fact]
    public async Task AreIn_RequestOfABrowser_AllocatesNothing()
    {
        var allocated = long.MaxValue;
        var found = true;
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            app.UseBouncer();
            app.Run(context =>
            {
                found = OverrideHeaders.AreIn(context.Request.Headers);
                allocated = AllocatedBytes.Of(() => OverrideHeaders.AreIn(context.Request.Headers));
                return Task.CompletedTask;
            });
        });
        await site.SendRawAsync(
            "GET / HTTP/1.1\nHost: site.test\nConnection: close\nAccept: text/html\nUser-Agent: x\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\nX-Forwarded-For: 192.0.2.1\nX-Original-Host: x\n\n");
        Assert.False(found);
        Assert.Equal(0, allocated);
    }
}

using System.Net;
using Bouncer.AspNetCore.Startup;
using Bouncer.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Remediations.Ban;

/// <summary>The bounds hold what the stand-in context allocates for its headers and its body, too; a server's are pooled.</summary>
public sealed class DenyPathTests
{
    [Theory]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 3072)]
    [InlineData("application/json", 3072)]
    [InlineData(null, 3072)]
    public async Task Ban_OneRefusal_AllocatesLittle(string? accept, long limit)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics().AddSingleton<IBouncer>(new FakeBouncer().Ban(TestSite.Banned)).AddBouncerHttp();
        await using var provider = services.BuildServiceProvider();
        var middleware = ActivatorUtilities.CreateInstance<BouncerMiddleware>(
            provider, (RequestDelegate)(_ => throw new InvalidOperationException()), new BouncerRuntime(provider, null));
        var spent = 0L;
        for (var round = 0; round < 200; round++)
        {
            var context = new DefaultHttpContext { TraceIdentifier = "0HN:00000001" };
            context.Connection.RemoteIpAddress = IPAddress.Parse(TestSite.Banned);
            context.Request.Headers.Accept = accept;
            context.Response.Headers.Append("X-Warm", "1");
            var before = GC.GetAllocatedBytesForCurrentThread();
            var task = middleware.Invoke(context);
            spent = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(task.IsCompletedSuccessfully);
        }

        Assert.InRange(spent, 1, limit);
    }
}

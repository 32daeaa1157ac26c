using System.Net;
using Bouncer.AspNetCore.Startup;
using Bouncer.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Remediations.Ban;

public sealed class DenyPathTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    /// <summary>A debug build makes an object of the state of every async method; an optimised one allocates some 100 bytes,
    /// for what the request is told and for the length as a text, which a server does not make.</summary>
    private const long Limit = 768;

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("image/png")]
    [InlineData(null)]
    public async Task Ban_OneRefusal_AllocatesLittle(string? accept)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics().AddSingleton<IBouncer>(new BanningBouncer()).AddBouncerHttp();
        await using var provider = services.BuildServiceProvider();
        var middleware = ActivatorUtilities.CreateInstance<BouncerMiddleware>(
            provider, (RequestDelegate)(_ => throw new InvalidOperationException()), new BouncerRuntime(provider, null));
        Assert.InRange(new PooledRequest(TestSite.Banned, accept).Allocated(middleware.Invoke), 1, Limit);
    }

    private sealed class BanningBouncer : IBouncer
    {
        private readonly BouncerVerdict _verdict = FakeBouncer.VerdictOf(Remediation.Ban);

        public BouncerStatus Status { get; } = new();

        public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default) => new(_verdict);
    }
}

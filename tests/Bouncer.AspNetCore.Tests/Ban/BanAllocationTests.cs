using Bouncer.AspNetCore.Ban;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Ban;

public sealed class BanAllocationTests
{
    /// <summary>What the page in English took when it was the only one.</summary>
    private const long BeforeLanguages = 216;

    [Theory]
    [InlineData(null)]
    [InlineData("de-AT,de;q=0.9,en;q=0.8")]
    [InlineData("nl")]
    public void Page_InALanguageThatIsKnown_AllocatesNoMoreThanOneLanguageDid(string? languages)
    {
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddIdleBouncer();
        using var provider = services.BuildServiceProvider();
        var handler = provider.GetRequiredService<BanHandler>();
        var request = new PooledRequest(TestSite.Banned, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", languages);
        var context = new RemediationContext(request.Context, Remediation.Ban, default, null, null)
        {
            Settings = provider.GetRequiredService<HttpSettingsProvider>().Current,
        };
        var allocated = request.Allocated(_ =>
        {
            var refused = handler.HandleAsync(context);
            return refused.IsCompletedSuccessfully ? Task.CompletedTask : refused.AsTask();
        });
        Assert.InRange(allocated, 1, BeforeLanguages);
    }
}

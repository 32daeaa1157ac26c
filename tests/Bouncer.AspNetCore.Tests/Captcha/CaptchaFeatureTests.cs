using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Captcha.Local;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace Bouncer.AspNetCore.Tests.Captcha;

public sealed class CaptchaFeatureTests
{
    [Fact]
    public void AddBouncerHttp_Twice_RegistersTheLocalCaptchaOnce()
    {
        var services = Services();
        services.AddBouncerHttp();
        using var provider = services.BuildServiceProvider();
        Assert.Equal(["local"], provider.GetServices<CaptchaProviderRegistration>().Select(registered => registered.Name));
        Assert.IsType<ChallengeReplayStore>(provider.GetRequiredService<IChallengeReplayStore>());
    }

    [Fact]
    public void AddBouncerHttp_AfterAStoreOfTheUsers_LeavesIt()
    {
        var own = Substitute.For<IChallengeReplayStore>();
        using var provider = Services(own).BuildServiceProvider();
        Assert.Same(own, provider.GetRequiredService<IChallengeReplayStore>());
    }

    private static ServiceCollection Services(IChallengeReplayStore? spent = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics();
        if (spent is not null)
        {
            services.AddSingleton(spent);
        }

        services.AddBouncerHttp();
        return services;
    }
}

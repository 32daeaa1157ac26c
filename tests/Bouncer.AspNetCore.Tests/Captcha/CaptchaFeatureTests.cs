using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace Bouncer.AspNetCore.Tests.Captcha;

public sealed class CaptchaFeatureTests
{
    private static readonly string[] BuiltIn = ["local", "turnstile", "hcaptcha", "recaptcha", "recaptcha-v3", "friendlycaptcha", "siteverify"];

    [Fact]
    public void AddCaptchaProviders_Twice_RegistersEachOnce()
    {
        var services = Services();
        services.AddBouncerHttp();
        services.AddCaptchaProviders();
        using var provider = services.BuildServiceProvider();
        Assert.Equal(BuiltIn, provider.GetServices<ICaptchaProvider>().Select(one => one.Name));
        Assert.IsType<SpentChallenges>(provider.GetRequiredService<ISpentChallenges>());
    }

    [Fact]
    public void AddCaptchaProviders_AfterAStoreOfTheUsers_LeavesIt()
    {
        var own = Substitute.For<ISpentChallenges>();
        var services = Services();
        services.AddSingleton(own);
        services.AddCaptchaProviders();
        using var provider = services.BuildServiceProvider();
        Assert.Same(own, provider.GetRequiredService<ISpentChallenges>());
    }

    [Fact]
    public void AddCaptchaProvider_OfTheUsers_ComesAfterTheBuiltInOnes()
    {
        var services = Services();
        new TestBuilder(services).AddCaptchaProvider<OwnProvider>().AddCaptchaProvider<OwnProvider>();
        using var provider = services.BuildServiceProvider();
        Assert.Equal([.. BuiltIn, "own"], provider.GetServices<ICaptchaProvider>().Select(one => one.Name));
    }

    private static ServiceCollection Services()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics();
        return services;
    }

    private sealed class OwnProvider : ICaptchaProvider
    {
        public string Name => "own";

        public CaptchaWidget Widget { get; } = new() { Field = "own" };

        public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

        public ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken) => default;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>The real engine where no host starts it: it holds no decisions and makes no calls.</summary>
internal static class IdleEngine
{
    internal static IBouncerBuilder AddIdleBouncer(this IServiceCollection services, Action<BouncerOptions>? configure = null) => services.AddBouncer(options =>
    {
        options.Lapi.Url = new Uri("http://127.0.0.1:1/");
        options.Lapi.ApiKey = "key";
        configure?.Invoke(options);
    });
}

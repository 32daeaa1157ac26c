using Bouncer.Lapi;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Tests.Lapi;

/// <summary>Makes the client under test over the HTTP client it has in production.</summary>
internal static class LapiClients
{
    internal const string Key = "bEr5/tqk+KEY=";

    internal static LapiClient Create(Uri url, Action<LapiOptions>? configure = null, SyncOptions? sync = null, TimeProvider? time = null)
    {
        var options = new LapiOptions { Url = url, ApiKey = Key, Timeout = TimeSpan.FromSeconds(30) };
        configure?.Invoke(options);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddHttpClient(LapiHttpClient.Name).ConfigureForLapi();
        var factory = services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>();
        return new LapiClient(factory, SettingsOf(options, sync), time ?? TimeProvider.System);
    }

    internal static SettingsInUse SettingsOf(LapiOptions lapi, SyncOptions? sync = null)
    {
        var options = new BouncerOptions { Lapi = lapi, Sync = sync ?? new() };
        return new(() => options);
    }

    internal static Task<StreamAnswer> PullAsync(Uri url, Action<LapiOptions>? configure = null) =>
        Create(url, configure).PullAsync(true, TestContext.Current.CancellationToken);

    /// <summary>Pulls, expects a failure, and checks what holds for every failure: that it tells no secret.</summary>
    internal static async Task<LapiException> FailAsync(Uri url, Action<LapiOptions>? configure = null)
    {
        var exception = await Assert.ThrowsAsync<LapiException>(() => PullAsync(url, configure));
        Assert.DoesNotContain(Key, exception.ToString(), StringComparison.Ordinal);
        return exception;
    }
}

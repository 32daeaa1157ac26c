using Bouncer.FunctionalTests;
using Bouncer.TestUtils;
using Microsoft.Playwright;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Bouncer.FunctionalTests;

/// <summary>Debian's Chromium without a window, started once for all tests. It finds the hosts <c>*.test</c> on loopback and calls no
/// other by itself.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--host-resolver-rules=MAP *.test 127.0.0.1",
    ];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The profile of a visitor with no past.</summary>
    internal async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null) =>
        await (await StartAsync()).NewContextAsync(options);

    /// <summary>A process of its own, with the profile of this folder.</summary>
    internal async Task<IBrowserContext> LaunchAsync(string profile, BrowserTypeLaunchPersistentContextOptions options)
    {
        await StartAsync();
        options.ExecutablePath = RequiredPart.Chromium.PathOrSkip();
        options.Args = s_arguments;
        return await _playwright!.Chromium.LaunchPersistentContextAsync(profile, options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        var program = RequiredPart.Chromium.PathOrSkip();
        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = s_arguments });
        }
        finally
        {
            _starting.Release();
        }
    }
}

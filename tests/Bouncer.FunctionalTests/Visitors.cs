using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

/// <summary>The visitors of one test, each with a profile without a past. They leave when it ends.</summary>
internal sealed class Visitors(Chromium chromium) : IAsyncDisposable
{
    private readonly List<IBrowserContext> _contexts = [];

    internal async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        var context = await chromium.NewContextAsync(options);
        _contexts.Add(context);
        return context;
    }

    internal async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null) => await (await NewContextAsync(options)).NewPageAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }
    }
}

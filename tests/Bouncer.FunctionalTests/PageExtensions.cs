using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

internal static class PageExtensions
{
    /// <summary>Clicks a button of a loaded page's form and returns when the page that answers is loaded.</summary>
    internal static async Task SubmitAsync(this IPage page, string button)
    {
        // Heard from before the click on: a wait that begins once the page has navigated can miss a page that loads meanwhile.
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Loaded(object? sender, IPage page) => loaded.TrySetResult();
        page.Load += Loaded;
        await page.ClickAsync(button);
        await loaded.Task.WaitAsync(Eventually.DefaultDeadline);
        page.Load -= Loaded;
    }
}

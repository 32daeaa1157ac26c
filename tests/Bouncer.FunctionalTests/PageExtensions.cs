using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

internal static class PageExtensions
{
    /// <summary>Clicks a form's button and returns when the page that answers is loaded.</summary>
    internal static async Task SubmitAsync(this IPage page, string button)
    {
        var navigated = new TaskCompletionSource();
        void Navigated(object? sender, IFrame frame) => navigated.TrySetResult();
        page.FrameNavigated += Navigated;
        await page.ClickAsync(button);
        await navigated.Task.WaitAsync(Eventually.DefaultDeadline);
        page.FrameNavigated -= Navigated;
        await page.WaitForLoadStateAsync();
    }
}

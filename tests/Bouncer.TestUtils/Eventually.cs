using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Bouncer.TestUtils;

/// <summary>Waits for a condition, with a deadline: what a test does instead of sleeping for luck.</summary>
public static class Eventually
{
    /// <summary>The deadline when none is given. Long, because it is only ever spent by a failing test.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Returns when <paramref name="condition"/> holds; fails the test at the deadline.</summary>
    public static Task TrueAsync(
        Func<bool> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), deadline, what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, string)" />
    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        await GetAsync(condition, held => held, deadline, what);

    /// <summary>Reads until <paramref name="accept"/> is content, and returns that value; fails the test at the deadline with the last one.</summary>
    public static async Task<T> GetAsync<T>(
        Func<Task<T>> read,
        Func<T, bool> accept,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(accept))] string what = "")
    {
        var limit = deadline ?? DefaultDeadline;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (accept(value))
            {
                return value;
            }

            if (watch.Elapsed > limit)
            {
                Assert.Fail($"Not so within {limit.TotalSeconds:0.#} s: {what}. Last: {value}");
            }

            await Task.Delay(s_pause);
        }
    }
}

namespace Bouncer;

/// <summary>Finds names in settings, such as types or origins, that no decision has, which usually are typing errors.</summary>
internal static class UnusedNames
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the first whole list. In live mode there is none.</summary>
    /// <param name="bouncer">The engine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there is a list; false in live mode.</returns>
    internal static async Task<bool> WaitForListAsync(IBouncer bouncer, TimeProvider time, CancellationToken cancellationToken)
    {
        while (bouncer.Status is { Mode: BouncerMode.Stream, LastFullSync: null })
        {
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }

        return bouncer.Status.Mode == BouncerMode.Stream;
    }

    /// <summary>Searches the decisions held once.</summary>
    /// <typeparam name="T">The type that identifies a name.</typeparam>
    /// <param name="store">The decisions.</param>
    /// <param name="names">The names, and whether a decision has one.</param>
    /// <returns>The names that no decision has; empty if no decision is held.</returns>
    internal static IReadOnlyList<T> Find<T>(IDecisionStore store, IEnumerable<(T Name, Func<Decision, bool> IsIn)> names)
    {
        var open = names.ToList();
        var any = false;
        using var decisions = store.Enumerate().GetEnumerator();
        while (open.Count > 0 && decisions.MoveNext())
        {
            any = true;
            var decision = decisions.Current;
            open.RemoveAll(one => one.IsIn(decision));
        }

        return any ? [.. open.Select(one => one.Name)] : [];
    }
}

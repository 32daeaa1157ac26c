namespace Bouncer;

/// <summary>For adapters whose settings pick decisions by a type, an origin or the like: finds the names that no decision has,
/// which is how a slip in them shows.</summary>
public static class UnusedNames
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the first whole list. Nothing can be said before, or in live mode, where there is none.</summary>
    /// <param name="bouncer">The engine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there is a list; false in live mode.</returns>
    public static async Task<bool> WaitForListAsync(IBouncer bouncer, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bouncer);
        while (bouncer.Status is { Mode: BouncerMode.Stream, LastFullSync: null })
        {
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }

        return bouncer.Status.Mode == BouncerMode.Stream;
    }

    /// <summary>Looks once through the decisions held.</summary>
    /// <typeparam name="T">What stands for a name.</typeparam>
    /// <param name="store">The decisions.</param>
    /// <param name="names">The names, and whether a decision has one.</param>
    /// <returns>Those that none has; none if no decision is held at all.</returns>
    public static IReadOnlyList<T> Find<T>(IDecisionStore store, IEnumerable<(T Name, Func<Decision, bool> IsIn)> names)
    {
        ArgumentNullException.ThrowIfNull(store);
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

namespace Bouncer.Sync;

/// <summary>The settings that filter LAPI's decisions.</summary>
internal static class SyncFilters
{
    /// <returns>The filters that are set, as a text for the operator; empty if there are none.</returns>
    internal static string Describe(SyncOptions sync)
    {
        (string Key, IList<string>? Names)[] filters =
        [
            ("Scopes", sync.Scopes), ("Origins", sync.Origins),
            ("ScenariosContaining", sync.ScenariosContaining), ("ScenariosNotContaining", sync.ScenariosNotContaining),
        ];
        return string.Join("; ", filters.Where(filter => filter.Names is { Count: > 0 }).Select(filter => $"{filter.Key} {string.Join(", ", filter.Names!)}"));
    }
}

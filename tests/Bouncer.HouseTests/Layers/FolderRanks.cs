namespace Bouncer.HouseTests.Layers;

/// <summary>The order of the core's folders: a file may use its own rank and below. docs/design/overview.md shows it.</summary>
internal static class FolderRanks
{
    private static readonly Dictionary<string, int> Ranks = new(StringComparer.Ordinal)
    {
        ["Net"] = 0,
        ["Telemetry"] = 0,
        ["Decisions"] = 1,
        ["Settings"] = 2,
        [""] = 2,
        ["Lookup"] = 3,
        ["Lapi"] = 3,
        ["Sync"] = 4,
        ["Engine"] = 5,
        ["DependencyInjection"] = 6,
        ["HealthChecks"] = 6,
    };

    /// <summary>Neighbours of one rank that have no business with each other.</summary>
    private static readonly (string User, string Used)[] Strangers = [("Lapi", "Lookup"), ("Lookup", "Lapi")];

    internal static bool IsKnown(string folder) => Ranks.ContainsKey(folder);

    internal static bool MayUse(string user, string used) => Ranks[user] >= Ranks[used] && !Strangers.Contains((user, used));
}

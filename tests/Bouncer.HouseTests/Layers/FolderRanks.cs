namespace Bouncer.HouseTests.Layers;

/// <summary>The order of the core's folders: a file may use types of its own rank and below. CONTRIBUTING.md shows it.</summary>
internal static class FolderRanks
{
    /// <summary>What a folder of the same rank may not be used by, though the numbers would let it.</summary>
    internal static readonly (string User, string Used)[] Strangers = [("Lapi", "Lookup"), ("Lookup", "Lapi"), ("HealthChecks", "DependencyInjection")];

    private static readonly Dictionary<string, int> ByFolder = new(StringComparer.Ordinal)
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

    internal static bool IsKnown(string folder) => ByFolder.ContainsKey(folder);

    internal static int Of(string folder) => ByFolder[folder];
}

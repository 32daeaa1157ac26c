namespace Bouncer.HouseTests.Layers;

/// <summary>The order of a project's folders: a file may use its own rank and below. docs/design/overview.md shows it.</summary>
internal sealed class FolderRanks
{
    private static readonly FolderRanks Core = new()
    {
        Ranks = new(StringComparer.Ordinal)
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
        },
        Strangers = [("Lapi", "Lookup"), ("Lookup", "Lapi")],
    };

    private static readonly FolderRanks AspNetCore = new()
    {
        Ranks = new(StringComparer.Ordinal)
        {
            ["Features"] = 0,
            ["Metadata"] = 0,
            ["Responses"] = 0,
            ["Telemetry"] = 0,
            ["ClientAddress"] = 1,
            ["Remediations"] = 1,
            ["Settings"] = 2,
            ["Policies"] = 3,
            ["Enforcement"] = 4,
            ["Scopes"] = 4,
            ["Startup"] = 5,
            ["OpenConnections"] = 5,
            [""] = 6,
            ["DependencyInjection"] = 7,
        },
        Strangers =
        [
            ("ClientAddress", "Remediations"), ("Remediations", "ClientAddress"),
            ("Features", "Responses"), ("Responses", "Features"), ("Responses", "Telemetry"),
        ],
    };

    private static readonly FolderRanks Firewall = new()
    {
        Ranks = new(StringComparer.Ordinal)
        {
            ["Networks"] = 0,
            ["Telemetry"] = 0,
            [""] = 0,
            ["Settings"] = 1,
            ["Blocking"] = 1,
            ["Protection"] = 1,
            ["Backends"] = 2,
            ["Nftables"] = 3,
            ["Windows"] = 3,
            ["Enforcement"] = 3,
            ["HealthChecks"] = 4,
            ["DependencyInjection"] = 5,
        },
        Strangers =
        [
            ("Blocking", "Protection"), ("Protection", "Blocking"), ("Blocking", "Settings"), ("Protection", "Settings"),
            ("Nftables", "Windows"), ("Windows", "Nftables"), ("Enforcement", "Nftables"), ("Enforcement", "Windows"),
            ("Nftables", "Enforcement"), ("Windows", "Enforcement"),
        ],
    };

    private FolderRanks()
    {
    }

    private Dictionary<string, int> Ranks { get; init; } = [];

    /// <summary>Neighbours of one rank that have no business with each other.</summary>
    private (string User, string Used)[] Strangers { get; init; } = [];

    internal static FolderRanks Of(string project) => project switch
    {
        "Bouncer.Core" => Core,
        "Bouncer.AspNetCore" => AspNetCore,
        "Bouncer.Firewall" => Firewall,
        _ => throw new ArgumentOutOfRangeException(nameof(project), project, "This project's folders have no order."),
    };

    internal bool IsKnown(string folder) => Ranks.ContainsKey(folder);

    internal bool MayUse(string user, string used) => Ranks[user] >= Ranks[used] && !Strangers.Contains((user, used));
}

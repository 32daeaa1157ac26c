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
            ["Explanations"] = 2,
            [""] = 2,
            ["Lookup"] = 3,
            ["Lapi"] = 3,
            ["Snapshots"] = 4,
            ["Sync"] = 5,
            ["Engine"] = 6,
            ["UsageMetrics"] = 6,
            ["DependencyInjection"] = 7,
            ["HealthChecks"] = 7,
        },
        Strangers = [("Lapi", "Lookup"), ("Lookup", "Lapi"), ("Engine", "UsageMetrics"), ("UsageMetrics", "Engine")],
    };

    private static readonly FolderRanks AspNetCore = new()
    {
        Ranks = new(StringComparer.Ordinal)
        {
            ["Responses"] = 0,
            ["Telemetry"] = 0,
            ["Clearance"] = 1,
            ["Policies"] = 1,
            ["RateLimiting"] = 1,
            ["Requests"] = 1,
            ["AppSec"] = 2,
            ["Ban"] = 2,
            ["Captcha"] = 2,
            ["ClientAddress"] = 2,
            ["Explanations"] = 2,
            ["Geo"] = 2,
            ["Mfa"] = 2,
            ["OpenConnections"] = 2,
            ["Scopes"] = 2,
            ["Throttle"] = 2,
            ["Hosting"] = 3,
            [""] = 3,
        },
        Slices = ["AppSec", "Ban", "Captcha", "ClientAddress", "Explanations", "Geo", "Mfa", "OpenConnections", "Scopes", "Throttle"],
        Strangers = [("Responses", "Telemetry")],
    };

    private static readonly FolderRanks Firewall = new()
    {
        Ranks = new(StringComparer.Ordinal)
        {
            ["Networks"] = 0,
            ["Netlink"] = 0,
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

    private static readonly FolderRanks Journal = new()
    {
        Ranks = new(StringComparer.Ordinal)
        {
            ["Entries"] = 0,
            ["Ladder"] = 0,
            ["Telemetry"] = 0,
            [""] = 0,
            ["Settings"] = 1,
            ["Storage"] = 1,
            ["Writing"] = 2,
            ["Retention"] = 2,
            ["Reading"] = 3,
            ["DependencyInjection"] = 4,
        },
        Strangers = [("Settings", "Storage"), ("Storage", "Settings"), ("Writing", "Retention"), ("Retention", "Writing")],
    };

    private FolderRanks()
    {
    }

    private Dictionary<string, int> Ranks { get; init; } = [];

    /// <summary>Neighbours of one rank that have no business with each other.</summary>
    private (string User, string Used)[] Strangers { get; init; } = [];

    /// <summary>Features, which use what is below them and never each other.</summary>
    private string[] Slices { get; init; } = [];

    internal static FolderRanks Of(string project) => project switch
    {
        "Bouncer.Core" => Core,
        "Bouncer.AspNetCore" => AspNetCore,
        "Bouncer.Firewall" => Firewall,
        "Bouncer.Journal" => Journal,
        _ => throw new ArgumentOutOfRangeException(nameof(project), project, "This project's folders have no order."),
    };

    internal bool IsKnown(string folder) => Ranks.ContainsKey(folder);

    /// <remarks>Options lie beside what they steer, and are everyone's to read.</remarks>
    internal bool MayUse(string user, string used, string type) =>
        (Slices.Length > 0 && type.EndsWith("Options", StringComparison.Ordinal))
        || (Ranks[user] >= Ranks[used]
            && !Strangers.Contains((user, used))
            && (user == used || !Slices.Contains(user) || !Slices.Contains(used)));
}

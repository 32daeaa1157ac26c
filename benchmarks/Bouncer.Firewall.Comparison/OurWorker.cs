using System.Diagnostics;
using System.Globalization;

namespace Bouncer.Firewall.Comparison;

/// <summary>This repository's worker.</summary>
internal sealed class OurWorker(string program, bool tracksConnections = true) : Subject
{
    internal override string Name => "bouncers-firewall";

    protected override ProcessStartInfo Prepare(Uri lapi, string key, string folder) => new(program, ["run"])
    {
        Environment =
        {
            ["Bouncer__Lapi__Url"] = lapi.AbsoluteUri,
            ["Bouncer__Lapi__ApiKey"] = key,
            ["Bouncer__Lapi__Timeout"] = "00:05:00",
            ["Bouncer__Firewall__Nftables__TrackConnections"] = tracksConnections.ToString(),
            ["Bouncer__Sync__Interval"] = TimeSpan.FromSeconds(PullSeconds).ToString("c", CultureInfo.InvariantCulture),
        },
    };
}

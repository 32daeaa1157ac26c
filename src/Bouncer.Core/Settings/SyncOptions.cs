using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer;

/// <summary>How decisions are synchronised with LAPI; section <c>Bouncer:Sync</c>.</summary>
public sealed class SyncOptions
{
    /// <summary>How decisions reach this process. Takes effect at the next start.</summary>
    /// <value>The default is <see cref="BouncerMode.Stream"/>.</value>
    public BouncerMode Mode { get; set; }

    /// <summary>The time between two polls. Each poll pulls the changes and checks that nothing is missing.</summary>
    /// <value>The default is 10 seconds; from 1 second to 1 hour.</value>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two pulls of the whole list, if none is needed sooner. With CrowdSec before 1.5, which answers fewer
    /// queries, a short list is pulled more often: every minute or 20 ms for each decision in it, whichever is longer.</summary>
    /// <value>The default is 1 hour; from 1 minute to 7 days.</value>
    [TimeRange("00:01:00", "7.00:00:00")]
    public TimeSpan FullResyncInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The scopes to pull.</summary>
    /// <value>When null or empty: <c>ip</c> and <c>range</c>, LAPI's default.</value>
    public IList<string>? Scopes { get; set; }

    /// <summary>The origins to pull, exactly as LAPI spells them (<c>crowdsec</c>, <c>cscli</c>, <c>CAPI</c>, <c>lists</c>).</summary>
    /// <value>When null or empty: all.</value>
    public IList<string>? Origins { get; set; }

    /// <summary>Pulls only decisions whose scenario contains one of these texts.</summary>
    /// <value>When null or empty: all.</value>
    public IList<string>? ScenariosContaining { get; set; }

    /// <summary>Pulls only decisions whose scenario contains none of these texts.</summary>
    /// <value>When null or empty: all.</value>
    public IList<string>? ScenariosNotContaining { get; set; }

    /// <summary>What happens before the first synchronisation. Takes effect at the next start.</summary>
    /// <value>The default is <see cref="StartupPolicy.WaitForFirstSync"/>.</value>
    public StartupPolicy Startup { get; set; }

    /// <summary>How long <see cref="StartupPolicy.WaitForFirstSync"/> waits. Takes effect at the next start.</summary>
    /// <value>The default is 15 seconds; up to 10 minutes.</value>
    [TimeRange("00:00:00", "00:10:00")]
    public TimeSpan StartupTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How old the last successful pull may be before verdicts are <see cref="BouncerVerdict.IsStale"/>, and those without a
    /// decision <see cref="VerdictSource.Unavailable"/>. Decisions held are still enforced.</summary>
    /// <value>When null: any age. From 1 second to 365 days.</value>
    [TimeRange("00:00:01", "365.00:00:00")]
    public TimeSpan? MaxStaleness { get; set; }

    /// <summary>The shortest prefix length of an IPv4 range that is accepted. A decision on a wider range is skipped and logged,
    /// because it would refuse a large part of the internet.</summary>
    /// <value>The default is 8; from 0 to 32.</value>
    [Range(0, 32)]
    public int MinIPv4PrefixLength { get; set; } = 8;

    /// <summary>The shortest prefix length of an IPv6 range that is accepted.</summary>
    /// <value>The default is 16; from 0 to 128.</value>
    [Range(0, 128)]
    public int MinIPv6PrefixLength { get; set; } = 16;

    /// <summary>The maximum number of decisions held; each takes about 80 bytes. If LAPI lists more, the strongest and, among equals,
    /// the longest are kept, the number left out is logged, and the status is degraded.</summary>
    /// <value>The default is 2,000,000; from 1 to 100,000,000.</value>
    [Range(1, 100_000_000)]
    public int MaxDecisions { get; set; } = 2_000_000;
}

using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.Firewall;

/// <summary>How Windows Firewall is written; section <c>Bouncer:Firewall:Windows</c>.</summary>
public sealed class WindowsFirewallOptions
{
    /// <summary>How many addresses and ranges go into one rule, at most; no more than 32 KB of text do, either.</summary>
    /// <value>The default is 1,000; from 10 to 10,000.</value>
    [Range(10, 10_000)]
    public int AddressesPerRule { get; set; } = 1000;

    /// <summary>The network profiles that the rules hold for: <c>Domain</c>, <c>Private</c>, <c>Public</c>.</summary>
    /// <value>When null or empty: all.</value>
    public IList<string>? Profiles { get; set; }

    /// <summary>How long changes are gathered before rules are written, for each write costs Windows a good while.</summary>
    /// <value>The default is 10 seconds; from 1 second to 10 minutes.</value>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan Debounce { get; set; } = TimeSpan.FromSeconds(10);
}

using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.Firewall;

/// <summary>The settings for Windows Firewall; section <c>Bouncer:Firewall:Windows</c>.</summary>
public sealed class WindowsFirewallOptions
{
    /// <summary>The maximum number of addresses and ranges in one rule, whose text is also limited to 32 KB.</summary>
    /// <value>The default is 1,000; from 10 to 10,000.</value>
    [Range(10, 10_000)]
    public int AddressesPerRule { get; set; } = 1000;

    /// <summary>The network profiles to which the rules apply: <c>Domain</c>, <c>Private</c>, <c>Public</c>.</summary>
    /// <value>When null or empty: all.</value>
    public IList<string>? Profiles { get; set; }

    /// <summary>How long changes are collected before rules are written, because Windows takes long for each write.</summary>
    /// <value>The default is 10 seconds; from 1 second to 10 minutes.</value>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan Debounce { get; set; } = TimeSpan.FromSeconds(10);
}

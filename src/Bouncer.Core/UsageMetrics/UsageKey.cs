namespace Bouncer.UsageMetrics;

/// <summary>What identifies a number of a report. LAPI's tools read no other labels, and take two items with the same key, second and
/// value for one.</summary>
/// <param name="Name">dropped, processed or active_decisions.</param>
/// <param name="Unit">request, packet, byte or ip.</param>
/// <param name="Origin">The origin of the decisions; null if there is none.</param>
/// <param name="IpType">ipv4 or ipv6; null if it is not known.</param>
internal readonly record struct UsageKey(string Name, string Unit, string? Origin, string? IpType)
{
    internal const string IPv4 = "ipv4";
    internal const string IPv6 = "ipv6";
}

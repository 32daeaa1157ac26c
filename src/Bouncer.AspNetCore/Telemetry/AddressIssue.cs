namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The problem with a client's address: the tag <c>bouncer.issue</c>.</summary>
internal static class AddressIssue
{
    internal const string ForwardedByStranger = "xff_untrusted";
    internal const string Unparsable = "xff_unparsable";
    internal const string Missing = "header_missing";
    internal const string Chosen = "xff_unseen";
    internal const string Rewritten = "xff_rewritten";
    internal const string Absent = "none";
    internal const string Zone = "zone";
    internal const string Unspecified = "unspecified";
    internal const string ProxyHeaderByStranger = "proxy_header_untrusted";
    internal const string ProxyHeaderUnreadable = "proxy_header_unreadable";
    internal const string ProxyHeaderUnnamed = "proxy_header_unnamed";
    internal const string ProxyHeaderLate = "proxy_header_late";
}

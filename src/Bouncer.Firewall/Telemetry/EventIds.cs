namespace Bouncer.Firewall.Telemetry;

/// <summary>The numbers of this package's log events; docs/diagnostics.md explains each. From 4000 on the service, from 4020 on
/// nftables, from 4040 on Windows.</summary>
internal static class EventIds
{
    internal const int UsesNft = 4020;
    internal const int TableRebuilt = 4021;
    internal const int NetworksRefused = 4022;
    internal const int RulesWritten = 4023;
}

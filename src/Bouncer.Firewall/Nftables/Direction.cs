namespace Bouncer.Firewall.Nftables;

/// <summary>The end of a connection that is blocked.</summary>
/// <param name="Field">nft's keyword for its address.</param>
/// <param name="Blocked">The chain for packets whose address is blocked.</param>
/// <param name="Ranges">The chain for packets whose address may be in a blocked range.</param>
internal sealed record Direction(string Field, string Blocked, string Ranges)
{
    /// <summary>Connections from blocked networks.</summary>
    internal static Direction Source { get; } = new("saddr", "source_blocked", "source_ranges");

    /// <summary>Connections to blocked networks.</summary>
    internal static Direction Destination { get; } = new("daddr", "destination_blocked", "destination_ranges");

    /// <summary>Its chains, the one that jumps first.</summary>
    internal IReadOnlyList<string> Chains => [Ranges, Blocked];
}

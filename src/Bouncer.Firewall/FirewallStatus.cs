namespace Bouncer.Firewall;

/// <summary>The state of the firewall. Immutable; contains no visitor's address.</summary>
public sealed record FirewallStatus
{
    /// <summary>The firewall: <c>nftables</c>, <c>Windows Firewall</c>.</summary>
    public required string Firewall { get; init; }

    /// <summary>Whether changes are only planned.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether the decisions have been applied at least once since the start.</summary>
    public bool IsApplied { get; init; }

    /// <summary>The number of networks to block according to the decisions, without <see cref="ExemptNetworks"/>.</summary>
    public int WantedNetworks { get; init; }

    /// <summary>The number of networks with decisions that are never blocked: LAPI, the proxy on the way to it, a default gateway,
    /// loopback, or one of <see cref="BouncerOptions.TrustedNetworks"/>.</summary>
    public int ExemptNetworks { get; init; }

    /// <summary>The number of <see cref="WantedNetworks"/> that the firewall blocks, as last read or written.</summary>
    public int BlockedNetworks { get; init; }

    /// <summary>The number of networks that the firewall refuses; all others are blocked.</summary>
    public int RefusedNetworks { get; init; }

    /// <summary>When the firewall was last written successfully or found to be correct; null if never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>The number of attempts that have failed since <see cref="LastSuccess"/>.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>What went wrong at the last attempt, in a sentence for the operator; null if nothing did.</summary>
    public string? LastError { get; init; }
}

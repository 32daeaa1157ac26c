namespace Bouncer.Firewall;

/// <summary>How the firewall stands. Immutable; holds no visitor's address.</summary>
public sealed record FirewallStatus
{
    /// <summary>The firewall: <c>nftables</c>, <c>Windows Firewall</c>.</summary>
    public required string Firewall { get; init; }

    /// <summary>Whether changes are only planned.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether the decisions were put into force once since the start.</summary>
    public bool IsApplied { get; init; }

    /// <summary>How many networks the decisions block, without <see cref="ExemptNetworks"/>.</summary>
    public int WantedNetworks { get; init; }

    /// <summary>How many networks decisions are about that are never blocked: LAPI, the proxy on the way to it, a default gateway,
    /// loopback, or one of <see cref="BouncerOptions.TrustedNetworks"/>.</summary>
    public int ExemptNetworks { get; init; }

    /// <summary>How many of them the firewall was last seen or made to block.</summary>
    public int BlockedNetworks { get; init; }

    /// <summary>How many networks the firewall refuses; all others are in force.</summary>
    public int RefusedNetworks { get; init; }

    /// <summary>When something was last written, or found to be as it should; null if never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>How many attempts failed since then.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>What went wrong at the last attempt, in a sentence for the operator; null if nothing did.</summary>
    public string? LastError { get; init; }
}

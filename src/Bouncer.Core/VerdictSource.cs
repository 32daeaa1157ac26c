using System.Text.Json.Serialization;

namespace Bouncer;

/// <summary>Where a verdict comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerdictSource>))]
public enum VerdictSource
{
    /// <summary>The decisions held in memory.</summary>
    Store = 0,

    /// <summary>A live query to LAPI, or its cached answer.</summary>
    Live,

    /// <summary>The address is in a trusted network: it always passes.</summary>
    Trusted,

    /// <summary>There is no address to decide on; the remediation is none.</summary>
    Unresolved,

    /// <summary>Nothing is known: LAPI cannot be asked (live mode), or the decisions held are older than
    /// <see cref="SyncOptions.MaxStaleness"/>, and no decision on the client is known from before. The remediation is
    /// none.</summary>
    Unavailable,

    /// <summary>The first synchronisation is not done and <see cref="StartupPolicy.BlockUntilReady"/> says to block till
    /// then; the remediation is <see cref="BouncerOptions.FallbackRemediation"/>.</summary>
    NotReady,

    /// <summary>There is no verdict: the request did not pass the bouncer, or its endpoint is exempt. The remediation is
    /// none.</summary>
    NotChecked,
}

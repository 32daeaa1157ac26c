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

    /// <summary>The address is in a trusted network, whose clients always pass.</summary>
    Trusted,

    /// <summary>The client has no address; the remediation is none.</summary>
    Unresolved,

    /// <summary>Nothing is known: LAPI cannot be queried (live mode), or the decisions held are older than
    /// <see cref="SyncOptions.MaxStaleness"/>, and no earlier decision on the client is known. The remediation is none.</summary>
    Unavailable,

    /// <summary>The first synchronisation is not complete, and <see cref="StartupPolicy.BlockUntilReady"/> blocks clients until then;
    /// the remediation is <see cref="BouncerOptions.FallbackRemediation"/>.</summary>
    NotReady,

    /// <summary>The client was not checked: the request did not go through the bouncer, its endpoint is exempt, or decisions are not
    /// used for it (<see cref="BouncerMode.Off"/>, or its policy). The remediation is none.</summary>
    NotChecked,

    /// <summary>CrowdSec's AppSec, which inspected the request; there is no decision.</summary>
    AppSec,
}

using System.Net;
using Bouncer.AspNetCore.Policies;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>A request with the data that its evaluation needs.</summary>
/// <param name="Settings">The settings in effect when it began.</param>
/// <param name="Policy">The policy it is evaluated under.</param>
/// <param name="From">The client's address or, if that could not be determined, the peer's; null if there is none.</param>
/// <param name="Own">The endpoint of the bouncer that was requested; null if the request is for the application.</param>
/// <param name="Verdict">The verdict on the address. One without a decision can still have an outcome.</param>
/// <param name="IsUnresolved">Whether a proxy should have named the client and did not.</param>
/// <param name="Endpoint">The application's endpoint, if it is known.</param>
/// <param name="Generation">The version of decisions and settings: it grows with every change.</param>
/// <param name="IsAmbiguous">Whether other servers may read the request as one for another path, so that all policies
/// count.</param>
/// <param name="PeerVerdicts">The verdicts on the peer's address, if LAPI had to be queried for them.</param>
/// <param name="IsPeerStale">Whether there may be more decisions on the peer's address than are known.</param>
/// <param name="Others">The verdicts on the client's values other than its address; null if those were not looked up.</param>
/// <param name="Prescribed">The response that AppSec prescribes; null if it has not refused the request.</param>
internal readonly record struct BouncerRequest(
    HttpSettings Settings,
    BouncerPolicy Policy,
    IPAddress? From,
    IBouncerEndpoint? Own,
    BouncerVerdict Verdict,
    bool IsUnresolved,
    Endpoint? Endpoint = null,
    int Generation = 0,
    bool IsAmbiguous = false,
    IReadOnlyList<BouncerVerdict>? PeerVerdicts = null,
    bool IsPeerStale = false,
    ScopedVerdicts? Others = null,
    PrescribedResponse? Prescribed = null)
{
    /// <summary>The other policies that count.</summary>
    internal BouncerPolicy[] OtherPolicies => IsAmbiguous ? Settings.Policies.All : [];

    /// <summary>Whether any policy that counts enforces decisions.</summary>
    internal bool IsEnforced => Enforces(Policy) || OtherPolicies.Any(Enforces);

    /// <summary>Whether the outcome depends only on the verdict, under one policy that keeps the order of decisions.</summary>
    internal bool IsPlain => !IsAmbiguous && !IsUnresolved && !Verdict.IsStale && (Others is null || Others.Found.Count == 0) && !Policy.Reorders;

    /// <summary>The client's address; null if it is not known.</summary>
    internal IPAddress? Address => IsUnresolved ? null : From;

    /// <summary>The peer's address if the client's is not known: decisions on it count as well.</summary>
    internal IPAddress? PeerAddress => IsUnresolved ? From : null;

    private static bool Enforces(BouncerPolicy policy) => policy is { IsDryRun: false, UsesDecisions: true };
}

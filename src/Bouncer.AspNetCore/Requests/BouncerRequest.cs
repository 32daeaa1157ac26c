using System.Net;
using Bouncer.AspNetCore.Policies;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>What is known of a request before it is judged.</summary>
/// <param name="Settings">The settings in force when it began.</param>
/// <param name="Policy">By which it is judged.</param>
/// <param name="From">Where it came from: the client's address, or that of who should have named the client; null if it has none.</param>
/// <param name="Page">The page of the bouncer's own that is asked for, if it is one.</param>
/// <param name="Verdict">The verdict on the address. It may be one without a decision and still come to something.</param>
/// <param name="IsUnresolved">Whether a proxy should have named the client, and did not.</param>
/// <param name="Endpoint">The endpoint that was asked for, if it is known.</param>
/// <param name="Generation">Of what could be known: it grows with every change of decisions or settings.</param>
/// <param name="IsAmbiguous">Whether other servers may read the path as another one, so that all policies count.</param>
/// <param name="PeerVerdicts">The verdicts on all decisions on the address at hand, if LAPI had to be asked for them.</param>
/// <param name="IsPeerStale">Whether more may be decided on the address at hand than is known.</param>
/// <param name="Others">What else the client is known by, and the verdicts on that; null if that is not known.</param>
internal readonly record struct BouncerRequest(
    HttpSettings Settings,
    BouncerPolicy Policy,
    IPAddress? From,
    IBouncerEndpoint? Page,
    BouncerVerdict Verdict,
    bool IsUnresolved,
    Endpoint? Endpoint = null,
    int Generation = 0,
    bool IsAmbiguous = false,
    IReadOnlyList<BouncerVerdict>? PeerVerdicts = null,
    bool IsPeerStale = false,
    ScopedVerdicts? Others = null)
{
    /// <summary>The policies that count beside.</summary>
    internal BouncerPolicy[] OtherPolicies => IsAmbiguous ? Settings.Policies.All : [];

    /// <summary>Whether any policy is in force that is more than a dry run.</summary>
    internal bool IsEnforced => !Policy.IsDryRun || OtherPolicies.Any(static policy => !policy.IsDryRun);

    /// <summary>Who asks; null if the client's address is not known.</summary>
    internal IPAddress? Address => IsUnresolved ? null : From;

    /// <summary>The address at hand where the client's is not known: decisions on it count, too.</summary>
    internal IPAddress? PeerAddress => IsUnresolved ? From : null;
}

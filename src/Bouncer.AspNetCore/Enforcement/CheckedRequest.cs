using System.Net;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>What is known of a request before its verdict is.</summary>
/// <param name="Policy">By which it is judged.</param>
/// <param name="Address">Who asks; null if the client has no address.</param>
/// <param name="Page">The page of the bouncer's own that is asked for, if it is one.</param>
/// <param name="ShouldBeNamed">Whether a client without an address is one that a proxy should have named.</param>
/// <param name="Others">The verdicts on what else the client is known by; null if there are none.</param>
/// <param name="Values">What else the client is known by; null if that is not known.</param>
/// <param name="Endpoint">The endpoint that was asked for, if it is known.</param>
/// <param name="Generation">Of what could be known: it grows with every change of decisions or settings.</param>
internal readonly record struct CheckedRequest(
    BouncerPolicy Policy,
    IPAddress? Address,
    IOwnPage? Page,
    bool ShouldBeNamed = false,
    IReadOnlyList<BouncerVerdict>? Others = null,
    IReadOnlyList<(DecisionScope Scope, string Value)>? Values = null,
    Endpoint? Endpoint = null,
    int Generation = 0);

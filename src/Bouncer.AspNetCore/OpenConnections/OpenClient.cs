using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>What an open request's client is judged by, as it was when the request began.</summary>
/// <param name="Address">Who asks; null if the client has no address.</param>
/// <param name="Endpoint">What was asked for, which has the policy; null if that is not known.</param>
/// <param name="Values">What else the client is known by: a user name, a country. Null if that is not known.</param>
/// <param name="Path">The path that was asked for.</param>
internal readonly record struct OpenClient(
    IPAddress? Address, Endpoint? Endpoint, IReadOnlyList<(DecisionScope Scope, string Value)>? Values, PathString Path = default);

using System.Net;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>What an open request's client is judged by, as it was when the request began.</summary>
/// <param name="Address">Who asks; null if the client has no address.</param>
/// <param name="Endpoint">What was asked for, which has the policy; null if that is not known.</param>
/// <param name="Values">What else the client is known by: a user name, a country. Null if that is not known.</param>
/// <param name="Path">The path that was asked for.</param>
/// <param name="IsAmbiguousByHeaders">Whether other servers may take the request for another one by its headers.</param>
internal readonly record struct OpenClient(
    IPAddress? Address, Endpoint? Endpoint, IReadOnlyList<(DecisionScope Scope, string Value)>? Values, PathString Path = default, bool IsAmbiguousByHeaders = false)
{
    /// <summary>Whether other servers may take the request for another one. The path is looked at only when this is asked for.</summary>
    internal bool IsAmbiguous => IsAmbiguousByHeaders || AmbiguousPath.Is(Path);
}

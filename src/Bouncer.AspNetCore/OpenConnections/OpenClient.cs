using System.Net;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>The data by which an open request's client is checked, as of the beginning of the request.</summary>
/// <param name="Address">The client's address; null if it has none.</param>
/// <param name="Endpoint">The endpoint, which has the policy; null if it is not known.</param>
/// <param name="Values">The client's other values, such as a user name or a country. Null if they are not known.</param>
/// <param name="Path">The requested path.</param>
/// <param name="IsAmbiguousByHeaders">Whether other servers may read the request as a different one because of its
/// headers.</param>
internal readonly record struct OpenClient(
    IPAddress? Address, Endpoint? Endpoint, IReadOnlyList<(DecisionScope Scope, string Value)>? Values, PathString Path = default, bool IsAmbiguousByHeaders = false)
{
    /// <summary>Whether other servers may read the request as a different one. The path is examined only on demand.</summary>
    internal bool IsAmbiguous => IsAmbiguousByHeaders || AmbiguousPath.Is(Path);
}

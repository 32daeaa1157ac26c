using System.Net;
using System.Security.Claims;

namespace Bouncer.AspNetCore.Requests;

/// <summary>A scope whose value follows from a client's address or user, so that it is known without a request.</summary>
internal interface IClientScope
{
    DecisionScope Scope { get; }

    /// <summary>Finds the value; null if the client has none, or the settings do not use the scope.</summary>
    string? Find(IPAddress? address, ClaimsPrincipal? user);
}

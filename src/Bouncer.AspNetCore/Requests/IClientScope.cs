using System.Net;
using System.Security.Claims;

namespace Bouncer.AspNetCore.Requests;

/// <summary>A scope whose values follow from a client's address or user, so that they are known without a request.</summary>
internal interface IClientScope
{
    DecisionScope Scope { get; }

    /// <summary>Whether the values are properties of the address: decisions on them are not enforced if it is trusted.</summary>
    bool IsOfAddress => false;

    /// <summary>Finds the values; empty if the client has none, or the settings do not use the scope.</summary>
    IEnumerable<string> Find(IPAddress? address, ClaimsPrincipal? user);
}

using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds clients' values in one scope.</summary>
internal interface IScopeSource
{
    /// <summary>Whether there may be a decision on the client's value, while decisions of the scope are held. Neither waits nor
    /// allocates: a source that cannot tell answers yes.</summary>
    bool MayMatch(HttpContext context, in BouncerRequest request);

    /// <summary>Finds the client's value. An exception means that it is not known.</summary>
    ValueTask<ScopeValue> FindAsync(HttpContext context, BouncerRequest request);
}

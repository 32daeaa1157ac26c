using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace Bouncer;

/// <summary>The decisions held in memory. Thread-safe; readers never wait for the synchronisation.</summary>
/// <remarks>While LAPI is down, decisions stay until they expire. In live mode the store is empty.</remarks>
public interface IDecisionStore
{
    /// <summary>The number of decisions held, of all scopes, including expired ones that have not been removed yet.</summary>
    int Count { get; }

    /// <summary>Finds the strongest live decision that covers an address.</summary>
    /// <param name="address">The address; IPv4-mapped IPv6 counts as IPv4, a zone is ignored.</param>
    /// <param name="decision">The decision, if there is one.</param>
    bool TryFind(IPAddress address, [NotNullWhen(true)] out Decision? decision);

    /// <summary>Finds every live decision that covers an address, strongest first.</summary>
    /// <param name="address">The address; IPv4-mapped IPv6 counts as IPv4, a zone is ignored.</param>
    IReadOnlyList<Decision> FindAll(IPAddress address);

    /// <summary>Finds every live decision on a value of another scope, such as a country or a user name.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="value">The value; case-insensitive for countries and autonomous systems, case-sensitive for all others.</param>
    IReadOnlyList<Decision> FindAll(DecisionScope scope, string value);

    /// <summary>Enumerates the live decisions at the time of the call, in no particular order.</summary>
    IEnumerable<Decision> Enumerate();

    /// <summary>Returns a token that fires at the next change of the decisions held: when decisions are added, expire, or are deleted.
    /// <c>ChangeToken.OnChange</c> listens to every change.</summary>
    /// <remarks>Fires after the change is visible to readers, at most a few times per poll; expired decisions are noticed by the poll
    /// after their end. Callbacks run on other threads and do not delay the synchronisation. While LAPI is down only expiry fires
    /// it, and in live mode nothing does.</remarks>
    IChangeToken GetChangeToken();
}

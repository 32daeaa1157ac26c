using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace Bouncer;

/// <summary>The decisions held in memory. Safe for any number of threads; readers never wait for the synchronisation.</summary>
/// <remarks>While LAPI is down the store keeps what it has, until each decision's own end. In live mode it is empty.</remarks>
public interface IDecisionStore
{
    /// <summary>How many decisions are held, of all scopes, ended ones that were not swept yet included.</summary>
    int Count { get; }

    /// <summary>Finds the strongest live decision that covers an address.</summary>
    /// <param name="address">The address; IPv4-mapped IPv6 counts as IPv4, a zone is ignored.</param>
    /// <param name="decision">The decision, if there is one.</param>
    bool TryFind(IPAddress address, [NotNullWhen(true)] out Decision? decision);

    /// <summary>Finds every live decision that covers an address, the strongest first.</summary>
    /// <param name="address">The address; IPv4-mapped IPv6 counts as IPv4, a zone is ignored.</param>
    IReadOnlyList<Decision> FindAll(IPAddress address);

    /// <summary>Finds every live decision on a value of a scope that is no address: a country, a user name.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="value">The value; compared without case for countries and autonomous systems, exactly for all others.</param>
    IReadOnlyList<Decision> FindAll(DecisionScope scope, string value);

    /// <summary>Lists the live decisions of one moment, in no particular order.</summary>
    IEnumerable<Decision> Enumerate();

    /// <summary>A token that fires when the decisions held change next: when some come, end, or are deleted. What they are then
    /// is for the caller to read; <c>ChangeToken.OnChange</c> goes on with the token after it.</summary>
    /// <remarks>Fires once readers see the change, at most a few times a poll; decisions that end by themselves are noticed with
    /// the poll after their end. Callbacks run on other threads and do not hold up the synchronisation. While LAPI is down only
    /// ends fire it, and in live mode nothing does.</remarks>
    IChangeToken GetChangeToken();
}

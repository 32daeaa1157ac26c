using System.Collections.Frozen;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Requests;

/// <summary>One valid state of the settings. Immutable: a reload replaces it, and a request keeps the one it began with.</summary>
internal sealed class HttpSettings(BouncerHttpOptions options, EndpointPolicies policies, RefusalPage refusalPage, FrozenDictionary<Type, object> features)
{
    internal BouncerHttpOptions Options { get; } = options;

    internal EndpointPolicies Policies { get; } = policies;

    /// <summary>The page of a refusal without its own page.</summary>
    internal RefusalPage RefusalPage { get; } = refusalPage;

    /// <summary>Whether a ban ends the client's open connections.</summary>
    internal bool EndsOpenConnections { get; } = options.Ban.EndOpenConnections;

    /// <summary>Whether AppSec inspects requests under any policy.</summary>
    internal bool InspectsRequests { get; } = policies.All.Any(static policy => policy.IsInspected);

    /// <summary>Gets the settings of one feature.</summary>
    /// <typeparam name="T">The type that the feature registered with <see cref="FeatureSettings"/>.</typeparam>
    internal T Of<T>()
        where T : class => (T)features[typeof(T)];
}

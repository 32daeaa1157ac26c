using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Policies;

/// <summary>The policies of one state of the settings, and their assignment to endpoints. Thread-safe.</summary>
internal sealed class EndpointPolicies
{
    private readonly FrozenDictionary<string, BouncerPolicy> _named;
    private readonly FrozenDictionary<string, BouncerPolicy> _gone;
    private readonly IBouncerPolicyResolver[] _resolvers;
    private readonly ConditionalWeakTable<Endpoint, BouncerPolicy> _byEndpoint = [];
    private readonly ConditionalWeakTable<Endpoint, BouncerPolicy>.CreateValueCallback _find;

    /// <param name="options">The options.</param>
    /// <param name="resolvers">Assign policies to endpoints.</param>
    /// <param name="previous">The policies so far: an endpoint that names one of them keeps it when it is removed, except for its
    /// dry run.</param>
    /// <param name="endpoints">The application's endpoints; null if they are not known, so that any may name a policy.</param>
    internal EndpointPolicies(
        BouncerHttpOptions options, IEnumerable<IBouncerPolicyResolver> resolvers, EndpointPolicies? previous = null, IReadOnlyList<Endpoint>? endpoints = null)
    {
        _resolvers = [.. resolvers];
        _named = options.Policies.ToFrozenDictionary(
            pair => pair.Key,
            pair => new BouncerPolicy(pair.Key, pair.Value, options),
            StringComparer.OrdinalIgnoreCase);
        var used = endpoints?.Select(endpoint => MetadataOf(endpoint)?.PolicyName).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        _gone = (previous?.Known ?? [])
            .Where(policy => !_named.ContainsKey(policy.Key) && used?.Contains(policy.Key) is not false)
            .ToFrozenDictionary(policy => policy.Key, policy => policy.Value.Kept(options), StringComparer.OrdinalIgnoreCase);
        Default = new BouncerPolicy(null, options.DefaultPolicy, options);
        All = [Default, .. Known.Select(static known => known.Value).Where(static policy => !BouncerHttpOptions.DefaultPolicyName.Equals(policy.Name, StringComparison.OrdinalIgnoreCase))];
        _find = Find;
    }

    internal BouncerPolicy Default { get; }

    /// <summary>All policies, each once, the default one first.</summary>
    internal BouncerPolicy[] All { get; }

    private IEnumerable<KeyValuePair<string, BouncerPolicy>> Known => _named.Concat(_gone);

    internal BouncerPolicy For(Endpoint? endpoint) =>
        endpoint is null ? Default
        : _byEndpoint.TryGetValue(endpoint, out var policy) ? policy
        : _byEndpoint.GetValue(endpoint, _find);

    /// <summary>The metadata of an endpoint, its own or a resolver's; null if there is none.</summary>
    internal IBouncerMetadata? MetadataOf(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IBouncerMetadata>() is { } own)
        {
            return own;
        }

        foreach (var resolver in _resolvers)
        {
            if (resolver.Resolve(endpoint) is { } resolved)
            {
                return resolved;
            }
        }

        return null;
    }

    /// <summary>Whether the settings define a policy.</summary>
    internal bool IsDefined(string name) => _named.ContainsKey(name);

    /// <summary>Finds a policy that is defined or, after its removal, kept.</summary>
    internal bool TryGet(string name, [NotNullWhen(true)] out BouncerPolicy? policy) => _named.TryGetValue(name, out policy) || _gone.TryGetValue(name, out policy);

    /// <remarks>An endpoint that was added after the startup check may name an unknown policy: the default one, which enforces,
    /// is then applied.</remarks>
    private BouncerPolicy Find(Endpoint endpoint) => MetadataOf(endpoint) switch
    {
        { Bypass: true } => BouncerPolicy.Bypassing,
        { PolicyName: { } name } when TryGet(name, out var policy) => policy,
        _ => Default,
    };
}

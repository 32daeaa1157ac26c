using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Policies;

/// <summary>The policies of one state of the settings, and which endpoint has which. Safe for any number of threads.</summary>
internal sealed class PolicyTable
{
    private readonly FrozenDictionary<string, BouncerPolicy> _named;
    private readonly FrozenDictionary<string, BouncerPolicy> _gone;
    private readonly IBouncerPolicyResolver[] _resolvers;
    private readonly ConditionalWeakTable<Endpoint, BouncerPolicy> _byEndpoint = [];
    private readonly ConditionalWeakTable<Endpoint, BouncerPolicy>.CreateValueCallback _find;

    /// <param name="options">The options.</param>
    /// <param name="resolvers">Say which endpoint has which policy.</param>
    /// <param name="previous">The policies until now: an endpoint that names one of them keeps it when it is gone.</param>
    internal PolicyTable(BouncerHttpOptions options, IEnumerable<IBouncerPolicyResolver> resolvers, PolicyTable? previous = null)
    {
        _named = options.Policies.ToFrozenDictionary(
            pair => pair.Key,
            pair => new BouncerPolicy(pair.Key, pair.Value, options),
            StringComparer.OrdinalIgnoreCase);
        _gone = (previous?.Known ?? [])
            .Where(policy => !_named.ContainsKey(policy.Key))
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Default = new BouncerPolicy(null, options.DefaultPolicy, options);
        All = [Default, .. Known.Select(static known => known.Value).Where(static policy => !BouncerHttpOptions.DefaultPolicyName.Equals(policy.Name, StringComparison.OrdinalIgnoreCase))];
        _resolvers = [.. resolvers];
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

    /// <summary>What is said about an endpoint, by its own metadata or a resolver; null if nothing is.</summary>
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

    internal bool TryGet(string name, [NotNullWhen(true)] out BouncerPolicy? policy) => _named.TryGetValue(name, out policy);

    /// <remarks>An endpoint that appeared after the start-up check may name an unknown policy: then the default one, which
    /// enforces, is applied.</remarks>
    private BouncerPolicy Find(Endpoint endpoint) => MetadataOf(endpoint) switch
    {
        { Bypass: true } => BouncerPolicy.Bypassing,
        { PolicyName: { } name } when TryGet(name, out var policy) || _gone.TryGetValue(name, out policy) => policy,
        _ => Default,
    };
}

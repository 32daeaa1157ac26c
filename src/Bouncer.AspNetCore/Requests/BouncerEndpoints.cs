using Bouncer.AspNetCore.Policies;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds the bouncer's endpoints. Any other path below the prefix belongs to the application.</summary>
internal sealed class BouncerEndpoints
{
    private readonly (string Path, IBouncerEndpoint Endpoint)[] _endpoints;

    /// <exception cref="InvalidOperationException">A path does not begin with a slash, or two are the same.</exception>
    public BouncerEndpoints(IEnumerable<IBouncerEndpoint> endpoints)
    {
        _endpoints = [.. endpoints.Select(static endpoint => (endpoint.Path, endpoint))];
        foreach (var (path, endpoint) in _endpoints)
        {
            if (path is not ['/', _, ..])
            {
                throw new InvalidOperationException($"The path of {endpoint.GetType()} is '{path}'. It must begin with a slash and name something below the bouncer's prefix.");
            }
        }

        if (_endpoints.GroupBy(static one => one.Path, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"Several endpoints have the path '{twice.Key}': {string.Join(", ", twice.Select(static one => one.Endpoint.GetType()))}. Give each its own.");
        }
    }

    /// <summary>Finds an endpoint by its path, ignoring case as routing does.</summary>
    internal IBouncerEndpoint? Find(HttpSettings settings, PathString path)
    {
        var prefix = settings.Options.PathPrefix;
        return path.Value is { } text && text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            ? Find(text.AsSpan(prefix.Length))
            : null;
    }

    /// <summary>The policy under which a request for an endpoint is evaluated. The endpoint has its own path, so its address
    /// contains the policy that sent the client there, with a referral that proves it; without that, the default policy counts as
    /// well.</summary>
    internal static BouncerPolicy PolicyOf(HttpSettings settings, HttpRequest request)
    {
        var policies = settings.Policies;
        return request.Query[IBouncerEndpoint.PolicyParameter] is [{ } name] && policies.TryGet(name, out var policy) ? policy : policies.Default;
    }

    private IBouncerEndpoint? Find(ReadOnlySpan<char> path)
    {
        foreach (var (known, endpoint) in _endpoints)
        {
            if (path.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return endpoint;
            }
        }

        return null;
    }
}

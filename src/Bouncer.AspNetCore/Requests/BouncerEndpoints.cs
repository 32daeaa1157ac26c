using Bouncer.AspNetCore.Policies;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds the bouncer's own pages. A path below the prefix that is no page is the application's.</summary>
internal sealed class BouncerEndpoints(IEnumerable<IBouncerEndpoint> pages)
{
    private readonly IBouncerEndpoint[] _pages = [.. pages];

    /// <summary>Without case, as routing compares.</summary>
    internal IBouncerEndpoint? Find(HttpSettings settings, PathString path)
    {
        var prefix = settings.Options.PathPrefix;
        return path.Value is { } text && text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            ? Find(text.AsSpan(prefix.Length))
            : null;
    }

    /// <summary>The policy by which a page's client is judged. The page is asked for by a path of its own, so the policy that
    /// sent the client there comes along, with a referral that says so; without that, the default policy has its say too.</summary>
    internal static BouncerPolicy PolicyOf(HttpSettings settings, HttpRequest request)
    {
        var policies = settings.Policies;
        return request.Query[IBouncerEndpoint.PolicyParameter] is [{ } name] && policies.TryGet(name, out var policy) ? policy : policies.Default;
    }

    private IBouncerEndpoint? Find(ReadOnlySpan<char> path)
    {
        foreach (var page in _pages)
        {
            if (path.Equals(page.Path, StringComparison.OrdinalIgnoreCase))
            {
                return page;
            }
        }

        return null;
    }
}

namespace Bouncer.Lapi;

/// <summary>The address below which LAPI's paths lie.</summary>
internal static class LapiAddress
{
    /// <summary>The base of all calls: the configured address with one slash at its end, without user, query and fragment,
    /// and without the <c>v1</c> that people copy from examples of calls.</summary>
    internal static Uri Base(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/v1", StringComparison.OrdinalIgnoreCase))
        {
            path = path[..^"/v1".Length].TrimEnd('/');
        }

        return new Uri($"{url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}{path}/");
    }
}

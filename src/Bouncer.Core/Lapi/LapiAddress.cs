namespace Bouncer.Lapi;

/// <summary>The base address of LAPI.</summary>
internal static class LapiAddress
{
    /// <summary>Returns the base of all calls: the configured URL with one slash at its end, without user, query and fragment, and
    /// without the <c>v1</c> that is often copied from examples.</summary>
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

namespace Bouncer.Lapi;

/// <summary>The base address of LAPI.</summary>
internal static class LapiAddress
{
    /// <summary>Returns the base of all calls: the configured URL with one slash at its end, without user, query and fragment, and
    /// without the <c>v1</c> or <c>v1/decisions/stream</c> that is often copied from examples.</summary>
    internal static Uri Base(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        foreach (var end in new[] { "/v1/decisions/stream", "/v1" })
        {
            if (path.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                path = path[..^end.Length].TrimEnd('/');
                break;
            }
        }

        return new Uri($"{url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}{path}/");
    }
}

using System.Net.Sockets;

namespace Bouncer.Connections;

/// <summary>The forms of a URL setting: <c>http://</c>, <c>https://</c>, and for a Unix socket <c>unix:///path</c> or the path
/// alone, as CrowdSec's own programs write it.</summary>
internal static class ConnectionUrl
{
    private const string UnixScheme = "unix";

    /// <summary>The path of the Unix socket that a URL names; null if it names a host.</summary>
    internal static string? SocketOf(Uri url) => IsSocket(url) ? PathOf(url) : null;

    /// <summary>What is wrong with a URL, worded to follow the setting's path; null if nothing is.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="key">The setting in which the key belongs.</param>
    internal static string? FindProblem(Uri url, string key)
    {
        if (url.IsAbsoluteUri && IsSocket(url))
        {
            return FindSocketProblem(url);
        }

        return !url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            ? "must begin with http:// or https://, or name a Unix socket like unix:///run/crowdsec/lapi.sock."
            : url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0
                ? $"must not contain a user name, query or fragment; the key belongs in {key}."
                : null;
    }

    private static bool IsSocket(Uri url) => url.IsFile || url.Scheme == UnixScheme;

    private static string PathOf(Uri url)
    {
        var path = url.IsFile ? url.LocalPath : Uri.UnescapeDataString(url.AbsolutePath);

        // unix:///C:/crowdsec/lapi.sock
        return OperatingSystem.IsWindows() && path is ['/', _, ':', ..] ? path[1..] : path;
    }

    private static string? FindSocketProblem(Uri url)
    {
        if (url.Host.Length > 0 || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return "names a Unix socket in a wrong form: write three slashes and the path, as in unix:///run/crowdsec/lapi.sock.";
        }

        var path = PathOf(url);
        if (path.Length == 0 || Path.EndsInDirectorySeparator(path))
        {
            return "names a folder, not a Unix socket.";
        }

        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return "names a Unix socket by a path that is too long: the system allows about 100 bytes.";
        }
    }
}

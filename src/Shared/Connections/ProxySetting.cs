using System.Net;

namespace Bouncer.Connections;

/// <summary>The setting of a proxy: a URL, <c>none</c>, or null for the machine's.</summary>
internal static class ProxySetting
{
    private const string None = "none";

    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Whether a text is <c>none</c> or the URL of a proxy.</summary>
    internal static bool IsValid(string text) => IsNone(text)
        || (Uri.TryCreate(text, UriKind.Absolute, out var url) && Schemes.Contains(url.Scheme)
            && url is { Host.Length: > 0, AbsolutePath: "/" or "", Query.Length: 0, Fragment.Length: 0 });

    /// <summary>Creates the proxy of a valid setting; null for none.</summary>
    internal static IWebProxy? Create(string? setting) =>
        setting is null ? new RemoteOnlyProxy(HttpClient.DefaultProxy) : IsNone(setting) ? null : Create(new Uri(setting));

    private static bool IsNone(string text) => text.Equals(None, StringComparison.OrdinalIgnoreCase);

    private static WebProxy Create(Uri url)
    {
        var server = new Uri(url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
        string[] user = [.. url.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        return new(server) { Credentials = url.UserInfo.Length == 0 ? null : new NetworkCredential(user[0], user.ElementAtOrDefault(1)) };
    }
}

using System.Globalization;
using System.Net;

namespace Bouncer.Connections;

/// <summary>All that the connections to one LAPI or AppSec depend on. Immutable, if its options are not changed.</summary>
internal sealed class ConnectionSettings
{
    /// <summary>The option by which a request says over which connections it goes.</summary>
    internal static readonly HttpRequestOptionsKey<ConnectionSettings> Option = new("Bouncer.Connections");

    /// <summary>The option by which <see cref="ConnectionHandler"/> says which client certificate a request's connections have.</summary>
    internal static readonly HttpRequestOptionsKey<string> Certificate = new("Bouncer.Certificate");

    private static readonly Uri SocketUrl = new("http://localhost/");

    /// <param name="section">The path of the section that has these settings, for messages.</param>
    /// <param name="url">A valid URL; see <see cref="ConnectionUrl"/>.</param>
    /// <param name="proxy">The setting of the proxy; see <see cref="ProxySetting"/>.</param>
    /// <param name="connectTimeout">How long a connection may take to be made.</param>
    /// <param name="tls">Valid options.</param>
    internal ConnectionSettings(string section, Uri url, string? proxy, TimeSpan connectTimeout, CrowdSecTlsOptions tls)
    {
        (Section, Tls, ConnectTimeout) = (section, tls, connectTimeout);
        Socket = ConnectionUrl.SocketOf(url);
        Url = Socket is null ? url : SocketUrl;
        Proxy = Socket is null ? ProxySetting.Create(proxy) : null;
        Key = string.Join('\n', section, url.OriginalString, proxy, connectTimeout.Ticks.ToString(CultureInfo.InvariantCulture), Describe(tls));
    }

    /// <summary>Equal for equal settings. Contains secrets.</summary>
    internal string Key { get; }

    internal string Section { get; }

    /// <summary>The URL to call; that of a placeholder for a Unix socket.</summary>
    internal Uri Url { get; }

    /// <summary>The path of the Unix socket; null for a host.</summary>
    internal string? Socket { get; }

    internal IWebProxy? Proxy { get; }

    internal TimeSpan ConnectTimeout { get; }

    internal CrowdSecTlsOptions Tls { get; }

    /// <summary>Whether a client certificate is sent to a server that asks for one.</summary>
    internal bool HasCertificate => Url.Scheme == Uri.UriSchemeHttps && Tls.CertificateFile is not null;

    /// <summary>The server, for messages: without path and credentials.</summary>
    internal string Address => Socket is null ? ServerOf(Url) : $"unix://{Socket}";

    /// <summary>The proxy on the way to the server, for messages: without credentials; null if there is none.</summary>
    internal string? Via => Proxy is not null && !Proxy.IsBypassed(Url) && Proxy.GetProxy(Url) is { } via && via != Url ? ServerOf(via) : null;

    /// <summary>The server and the way to it, for messages.</summary>
    internal string Place => Via is { } via ? $"{Address} through the proxy {via}" : Address;

    /// <summary>All values of TLS settings, to detect a change. Contains secrets.</summary>
    internal static string Describe(CrowdSecTlsOptions tls) => string.Join('\n', [
        tls.CertificateFile, tls.KeyFile, tls.KeyPassword, tls.KeyPasswordFile, tls.CaFile,
        tls.CheckRevocation.ToString(), tls.SkipVerification.ToString(), .. tls.Pins ?? []]);

    private static string ServerOf(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + "/";
}

using System.Net;
using System.Net.Sockets;

namespace Bouncer.Connections;

/// <summary>Explains a call that failed, in words that follow a colon.</summary>
internal static class ConnectionFault
{
    /// <summary>Explains why no connection could be made, or why one broke.</summary>
    internal static string Explain(Exception exception, ConnectionSettings settings) =>
        Explain(Causes.Of(exception).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode, settings.Socket is not null);

    /// <summary>Explains what a proxy answered.</summary>
    internal static string ExplainProxy(HttpRequestException exception) => exception.StatusCode is { } status
        ? $"the proxy answered with status {(int)status}" + (status == HttpStatusCode.ProxyAuthenticationRequired ? ", so it wants a user name and a password in its URL" : "")
        : "the proxy refused to connect";

    private static string Explain(SocketError? code, bool isSocket) => code switch
    {
        SocketError.ConnectionRefused when isSocket => "nothing listens on that socket",
        SocketError.AddressNotAvailable when isSocket => "there is no such socket",
        SocketError.AccessDenied when isSocket => "the user of this process has no access to that socket",
        SocketError.ConnectionRefused => "it was refused, so nothing listens there",
        SocketError.TimedOut => "it timed out",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "the host cannot be reached",
        { } other => $"the system says {other}",
        null => "it broke",
    };
}

using System.Net;

namespace Bouncer.Connections;

/// <summary>The machine's proxy, but not for a server on this machine, which the proxy cannot reach.</summary>
internal sealed class RemoteOnlyProxy(IWebProxy machine) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => machine.Credentials;
        set => machine.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => machine.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || machine.IsBypassed(host);
}

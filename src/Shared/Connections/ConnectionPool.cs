namespace Bouncer.Connections;

/// <summary>Connections with one state of the settings and files. One that is replaced is not disposed, because requests may have
/// just taken it: its connections close once they are idle. Thread-safe.</summary>
/// <param name="handler">Makes and keeps the connections.</param>
/// <param name="certificate">The subject of the client certificate; null for none.</param>
internal sealed class ConnectionPool(SocketsHttpHandler handler, string? certificate) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(handler);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (certificate is not null)
        {
            request.Options.Set(ConnectionSettings.Certificate, certificate);
        }

        return _invoker.SendAsync(request, cancellationToken);
    }

    public void Dispose() => _invoker.Dispose();
}

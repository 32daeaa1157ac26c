namespace Bouncer.Connections;

/// <summary>The connections of one <see cref="ConnectionSettings"/>. Follows the files that these name: new connections use changed
/// contents, and unusable contents change nothing. Thread-safe.</summary>
internal sealed class FollowedConnections : IDisposable
{
    /// <summary>How long changed files may go unnoticed.</summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(5);

    private readonly ConnectionSettings _settings;
    private readonly Action<SocketsHttpHandler> _configure;
    private readonly IConnectionLog _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1);
    private volatile ConnectionPool? _pool;
    private TlsFiles? _files;
    private long _lookedAt;
    private string? _refused;

    /// <param name="settings">The settings.</param>
    /// <param name="configure">Configures what differs between callers.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="time">The clock.</param>
    internal FollowedConnections(ConnectionSettings settings, Action<SocketsHttpHandler> configure, IConnectionLog log, TimeProvider time)
        => (_settings, _configure, _log, _time) = (settings, configure, log, time);

    /// <summary>When it was last used.</summary>
    internal required long UsedAt { get; set; }

    /// <summary>The connections to use; null if <see cref="LookAsync"/> must be called first.</summary>
    internal ConnectionPool? Current => IsLookDue() ? null : _pool;

    public void Dispose()
    {
        _pool?.Dispose();
        _gate.Dispose();
    }

    /// <summary>Looks at the files, and returns the connections to use. Only requests that have no connections at all wait for a look
    /// that another one has begun.</summary>
    /// <exception cref="TlsFileException">The files were never usable.</exception>
    internal async Task<ConnectionPool> LookAsync(CancellationToken cancellationToken)
    {
        if (await _gate.WaitAsync(_pool is null ? Timeout.Infinite : 0, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (IsLookDue())
                {
                    await Task.Run(Look, cancellationToken).ConfigureAwait(false);
                    Volatile.Write(ref _lookedAt, _time.GetTimestamp());
                }
            }
            finally
            {
                _gate.Release();
            }
        }

        return _pool!;
    }

    private bool IsLookDue() =>
        _pool is null || (TlsFiles.AreNamed(_settings.Tls) && _time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookPause);

    private void Look()
    {
        try
        {
            var files = TlsFiles.Read(_settings.Tls);
            if (_files?.AreSameAs(files) != true)
            {
                Take(TlsState.Create(_settings.Tls, files));
                _files = files;
            }

            _refused = null;
        }
        catch (TlsFileException error) when (_pool is not null)
        {
            // A file that is being written is complete at one of the next looks.
            if (_refused != error.Message)
            {
                _refused = error.Message;
                _log.KeepsFiles($"{_settings.Section}:Tls:{error.Message}");
            }
        }
    }

    private void Take(TlsState tls)
    {
        var before = _pool;
        _pool = new(ConnectionHandler.Create(_settings, tls, _configure), tls.Certificate?.Subject);
        if (before is not null)
        {
            _log.TakesFiles(_settings.Section);
        }

        if (tls.Certificate is { } certificate && (_time.GetUtcNow() < certificate.NotBefore || _time.GetUtcNow() > certificate.NotAfter))
        {
            _log.CertificateNotValid(_settings.Tls.CertificateFile!, certificate.NotBefore, certificate.NotAfter);
        }
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bouncer.Tests.Sync;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecord : ILoggerProvider, ILogger
{
    internal ConcurrentQueue<(int Id, LogLevel Level, string Message)> Events { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Events.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Fakes;

/// <summary>Keeps what is logged, at every level.</summary>
internal sealed class LogCollector : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(int Id, LogLevel Level, string Text)> Lines { get; } = new();

    public int Count(int id) => Lines.Count(line => line.Id == id);

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Bouncer", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId.Id, logLevel, formatter(state, exception) + exception));

    public void Dispose()
    {
    }
}

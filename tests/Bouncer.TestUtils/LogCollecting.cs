using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.TestUtils;

/// <summary>What tests do with the platform's log collector again and again.</summary>
public static class LogCollecting
{
    /// <summary>Collects what is logged, but not by the framework, which at the level of traces writes dozens of lines for a request.</summary>
    public static ILoggingBuilder AddCollector(this ILoggingBuilder logging, FakeLogCollector logs) => logging
        .AddProvider(new FakeLoggerProvider(logs))
        .AddFilter<FakeLoggerProvider>("Microsoft", LogLevel.None)
        .AddFilter<FakeLoggerProvider>("System", LogLevel.None);

    extension(FakeLogCollector logs)
    {
        /// <summary>The lines so far.</summary>
        public LoggedLine[] Lines => [.. logs.GetSnapshot().Select(record => new LoggedLine(record.Id.Id, record.Level, record.Message + record.Exception))];

        /// <summary>The lines so far, as <c>id level text</c>.</summary>
        public string[] Transcript => [.. logs.Lines.Select(line => line.ToString())];

        /// <summary>How many lines an event has so far.</summary>
        public int Count(int id) => logs.Lines.Count(line => line.Id == id);
    }
}

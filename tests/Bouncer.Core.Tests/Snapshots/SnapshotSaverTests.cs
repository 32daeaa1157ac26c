using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;

namespace Bouncer.Tests.Snapshots;

/// <summary>What is saved while the host runs.</summary>
public sealed class SnapshotSaverTests
{
    /// <summary>A log provider that fails once, and again when that is logged, ends no later save.</summary>
    [Fact]
    public async Task Save_ThatFailsUnexpectedly_IsFollowedByOthers()
    {
        await using var all = await SnapshotFixture.StartAsync();
        using var log = new FailingLog();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await using var instance = all.Instance(log: log);
        await instance.StartAsync();
        await Eventually.TrueAsync(() => log.Failures == 2);
        all.Lapi.Database.Add("192.0.2.8", TimeSpan.FromHours(4));

        await instance.PollUntilAsync(() => Task.FromResult(instance.Count(1144) > 1));
    }

    /// <summary>Fails at the first message about a saved snapshot, and at the message about that.</summary>
    private sealed class FailingLog : ILoggerProvider, ILogger
    {
        private int _failures;

        internal int Failures => Volatile.Read(ref _failures);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is 1144 or 1145 && Failures < 2)
            {
                Interlocked.Increment(ref _failures);
                throw new InvalidOperationException("The log is full.");
            }
        }

        public void Dispose()
        {
        }
    }
}

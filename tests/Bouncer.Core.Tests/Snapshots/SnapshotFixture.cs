using Bouncer.Testing;
using Microsoft.Extensions.Logging;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Snapshots;

/// <summary>A LAPI, and a folder in which instances of the engine keep their snapshots.</summary>
internal sealed class SnapshotFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncer-snapshot-");

    private SnapshotFixture(LocalApiServer lapi, TestClock clock) => (Lapi, Clock) = (lapi, clock);

    internal LocalApiServer Lapi { get; }

    /// <summary>The clock of LAPI and of instances that are given no other.</summary>
    internal TestClock Clock { get; }

    internal string Path => System.IO.Path.Combine(_folder.FullName, "decisions.snapshot");

    internal static async Task<SnapshotFixture> StartAsync()
    {
        var clock = new TestClock();
        var options = new LocalApiOptions { TimeProvider = clock };
        return new(await LocalApiServer.StartAsync(options, TestContext.Current.CancellationToken), clock);
    }

    internal SnapshotInstance Instance(Action<BouncerOptions>? configure = null, TestClock? clock = null, ILoggerProvider? log = null) =>
        new(clock ?? Clock, options =>
        {
            options.Lapi.Url = Lapi.Url;
            options.Lapi.ApiKey = Lapi.ApiKey;
            options.Snapshot.Path = Path;
            configure?.Invoke(options);
        }, log);

    /// <summary>Has an instance save what LAPI has, and stops LAPI.</summary>
    internal async Task SaveAsync(Action<BouncerOptions>? configure = null)
    {
        await using (var instance = Instance(configure))
        {
            await instance.StartAsync();
        }

        Assert.True(File.Exists(Path));
        await Lapi.StopAsync();
    }

    /// <summary>The clock of another process, some time later by the wall clock.</summary>
    internal TestClock Later(TimeSpan by) => new(Clock.GetUtcNow() + by, timestampFrequency: 1_000_003);

    public async ValueTask DisposeAsync()
    {
        await Lapi.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests;

/// <summary>A LocalApi on a standing clock, and a probe that holds its key.</summary>
public sealed class LocalApiBench : IAsyncDisposable
{
    private LocalApiBench(LocalApiServer server, TestClock clock) =>
        (Server, Clock, Probe) = (server, clock, new LapiProbe(server.Url, server.ApiKey));

    public LocalApiServer Server { get; }

    public TestClock Clock { get; }

    public LapiProbe Probe { get; }

    public DecisionDatabase Database => Server.Database;

    public static async Task<LocalApiBench> StartAsync(LocalApiDialect dialect = LocalApiDialect.Newest, int pageSize = 30_000)
    {
        var clock = new TestClock();
        var server = await LocalApiServer.StartAsync(new LocalApiOptions { Dialect = dialect, TimeProvider = clock, PageSize = pageSize });
        var bench = new LocalApiBench(server, clock);
        bench.Pass(1);
        return bench;
    }

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Adds a decision and lets a second pass, so that no two rows share a moment.</summary>
    public long Add(string value, double minutes = 60, string type = "ban", string? scope = null, string origin = "cscli", string scenario = "test", bool simulated = false)
    {
        var id = Database.Add(value, TimeSpan.FromMinutes(minutes), type, scope, origin, scenario, simulated);
        Pass(1);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        Probe.Dispose();
        await Server.DisposeAsync();
    }
}

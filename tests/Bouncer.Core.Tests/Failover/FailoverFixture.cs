using System.Net;
using Bouncer.Testing;
using Bouncer.Tests.Settings;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Failover;

/// <summary>The engine over stand-ins for several LAPIs, each with a decision of its own.</summary>
internal sealed class FailoverFixture : IAsyncDisposable
{
    internal const string Whole = "startup=true";
    internal const string Delta = "startup=false";

    private FailoverFixture(ReloadFixture engine, LocalApiServer[] all) => (Engine, All) = (engine, all);

    internal ReloadFixture Engine { get; }

    /// <summary>The LAPIs in the order of preference. Number n has banned 192.0.2.n and what all have: 203.0.113.1.</summary>
    internal LocalApiServer[] All { get; }

    internal BouncerStatus Status => Engine.Bouncer.Status;

    internal static async Task<FailoverFixture> StartAsync(int count = 2, params (string Key, string? Value)[] settings)
    {
        var clock = new TestClock();
        var all = new LocalApiServer[count];
        for (var n = 0; n < count; n++)
        {
            all[n] = await ReloadFixture.StartLapiAsync(clock);
            all[n].Database.Add($"192.0.2.{n}", TimeSpan.FromDays(2));
            all[n].Database.Add("203.0.113.1", TimeSpan.FromDays(2));
        }

        var fallbacks = all.Skip(1).SelectMany((lapi, index) => new (string, string?)[]
        {
            ($"Lapi:Fallbacks:{index}:Url", lapi.Url.ToString()),
            ($"Lapi:Fallbacks:{index}:ApiKey", lapi.ApiKey),
        });

        // A check of another LAPI goes on while the test moves the clock.
        return new(ReloadFixture.Over(all[0], clock, [("Lapi:Timeout", "00:05:00"), .. fallbacks, .. settings]), all);
    }

    /// <summary>What a LAPI was asked to send, in order.</summary>
    internal string[] PullsOf(int n) =>
        [.. All[n].Requests.Where(request => request.Method == "GET" && request.PathAndQuery.Contains("/stream?", StringComparison.Ordinal))
            .Select(request => request.PathAndQuery.Contains(Whole, StringComparison.Ordinal) ? Whole : Delta)];

    /// <summary>The LAPIs whose own decision is held.</summary>
    internal async Task<string> HeldOfAsync()
    {
        Assert.True(await Engine.IsBannedAsync("203.0.113.1"), "What all LAPIs have banned is banned throughout.");
        var held = new List<int>();
        for (var n = 0; n < All.Length; n++)
        {
            if (await Engine.IsBannedAsync($"192.0.2.{n}"))
            {
                held.Add(n);
            }
        }

        return string.Join(' ', held);
    }

    internal Task PullAfterAsync(double seconds)
    {
        Engine.Clock.Advance(TimeSpan.FromSeconds(seconds));
        return Engine.PullAsync();
    }

    /// <summary>Polls every ten seconds.</summary>
    internal async Task PullForAsync(TimeSpan time, Func<Task>? each = null)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(10))
        {
            await PullAfterAsync(10);
            await (each?.Invoke() ?? Task.CompletedTask);
        }
    }

    /// <summary>Has a LAPI answer everything but its stream, which offers the check of access, with a status.</summary>
    internal void FailQueries(int n, int status)
    {
        All[n].Faults.Add(new Fault { Path = "/v1/decisions/stream" });
        All[n].Faults.Add(new Fault { Path = "/v1/decisions", Status = status });
    }

    /// <summary>The lines of an event.</summary>
    internal string[] Logged(int id) => [.. Engine.Log.GetSnapshot().Where(line => line.Id.Id == id).Select(line => line.Message)];

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        foreach (var lapi in All)
        {
            await lapi.DisposeAsync();
        }
    }
}

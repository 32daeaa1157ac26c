using System.Net;
using System.Text.Json;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Verb <c>start-naive</c>: what one writes first. The answer is deserialized into classes, hosts go into a
/// dictionary and ranges into a list.</summary>
internal static class NaiveStart
{
    internal static Verb Verb { get; } = new("start-naive", "start-naive …   (a process that startup starts)", ColdStart.Options, RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var start = new ColdStart(arguments);
        start.StartClock();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        client.DefaultRequestHeaders.Add("X-Api-Key", StreamServer.ApiKey);
        using var response = await client.GetAsync(new Uri(start.Url, "v1/decisions/stream?startup=true"), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync();
        var answer = await JsonSerializer.DeserializeAsync<Answer>(body, JsonSerializerOptions.Web);

        var hosts = new Dictionary<IPAddress, Entry>();
        var ranges = new List<(IPNetwork Network, Entry Entry)>();
        foreach (var entry in answer?.New ?? [])
        {
            if (IPAddress.TryParse(entry.Value, out var address))
            {
                hosts[address] = entry;
            }
            else if (IPNetwork.TryParse(entry.Value, out var network))
            {
                ranges.Add((network, entry));
            }
        }

        bool Holds(IPAddress address) => hosts.ContainsKey(address) || ranges.Exists(range => range.Network.Contains(address));
        var first = await start.UntilAsync(() => Task.FromResult(Holds(start.First)), "the first verdict");
        var last = await start.UntilAsync(() => Task.FromResult(Holds(start.Last)), "the last decision");
        ColdStart.Print(ColdStart.Measure(first, last, hosts.Count + ranges.Count));
    }

    private sealed class Answer
    {
        public List<Entry>? New { get; set; }

        public List<Entry>? Deleted { get; set; }
    }

    private sealed class Entry
    {
        public string? Duration { get; set; }

        public long Id { get; set; }

        public string? Origin { get; set; }

        public string? Scenario { get; set; }

        public string? Scope { get; set; }

        public string? Type { get; set; }

        public string? Uuid { get; set; }

        public string? Value { get; set; }
    }
}

using System.Net;
using System.Text.Json;
using Bouncer.FunctionalTests.Programs;

namespace Bouncer.FunctionalTests;

/// <summary>Decisions and addresses that the benchmarks generated, in files, and what is to happen to the addresses by the
/// slowest way to find out.</summary>
public sealed class BenchmarkWorkload : IAsyncLifetime
{
    public const int Decisions = 1_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-benchmarks-");

    public string Stream { get; private set; } = "";

    public string Addresses { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Stream = await BenchmarkProgram.WriteAsync(At("stream.json"), "generate", "--decisions", $"{Decisions}");
        Addresses = await BenchmarkProgram.WriteAsync(
            At("addresses"), "generate", "--decisions", $"{Decisions}", "--addresses", "half-hits", "--count", "2000");
        await File.AppendAllTextAsync(Addresses, $"\n\n2001:db8::1\r\n{await AboveARangeAsync()}");
    }

    /// <summary>A path for a file of a test's own.</summary>
    public string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>How many of the addresses each remediation befalls, ban before captcha.</summary>
    public async Task<SortedDictionary<string, int>> CountAsync()
    {
        var decisions = (await NewAsync()).Select(entry => (Network: Network(entry), Type: entry.GetProperty("type").GetString()!)).ToArray();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in (await File.ReadAllLinesAsync(Addresses)).Where(line => line.Length > 0))
        {
            var address = IPAddress.Parse(line);
            var types = decisions.Where(decision => decision.Network.Contains(address)).Select(decision => decision.Type).ToArray();
            if (types.Length > 0)
            {
                var strongest = types.Contains("ban") ? "ban" : Assert.Single(types.Distinct());
                counts[strongest] = counts.GetValueOrDefault(strongest) + 1;
            }
        }

        return counts;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement[]> NewAsync() =>
        [.. JsonDocument.Parse(await File.ReadAllTextAsync(Stream)).RootElement.GetProperty("new").EnumerateArray()];

    private async Task<IPAddress> AboveARangeAsync() =>
        (await NewAsync()).Select(Network).First(network => network.PrefixLength < 29).BaseAddress;

    private static IPNetwork Network(JsonElement entry)
    {
        var value = entry.GetProperty("value").GetString()!;
        return value.Contains('/', StringComparison.Ordinal)
            ? IPNetwork.Parse(value)
            : new IPNetwork(IPAddress.Parse(value), value.Contains(':', StringComparison.Ordinal) ? 128 : 32);
    }
}

using System.Globalization;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Random streams against the real kernel. <c>BOUNCERS_STREAMS</c> sets how many, <c>BOUNCERS_SEED</c> the first seed.</summary>
public sealed class RandomStreamTests(ITestOutputHelper output)
{
    private const int Lanes = 2;

    [Fact]
    public async Task RandomStreams_OfDecisionsAndDamage_StopWhatTheModelStops()
    {
        var count = FromEnvironment("BOUNCERS_STREAMS", 200);
        var first = FromEnvironment("BOUNCERS_SEED", 1);
        output.WriteLine($"Seeds {first} to {first + count - 1}");
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(async () =>
        {
            await using var bench = await PacketBench.StartAsync();
            for (var seed = first + lane; seed < first + count; seed += Lanes)
            {
                await new RandomStream(bench, seed).RunAsync();
            }
        })));
    }

    private static int FromEnvironment(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

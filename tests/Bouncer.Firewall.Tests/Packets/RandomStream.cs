using System.Globalization;
using System.Net;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>
/// Decisions and mishaps at random, from a seed: few networks, much within each other, so that every step meets what earlier
/// ones left. What should be stopped is worked out in the plainest way there is.
/// </summary>
internal sealed class RandomStream(PacketBench bench, int seed)
{
    private const int Steps = 5;

    private static readonly string[] s_origins = ["crowdsec", "CAPI"];
    private static readonly byte[] s_lengthsIPv4 = [8, 9, 12, 15, 16, 20, 23, 24, 25, 30, 31];
    private static readonly byte[] s_lengthsIPv6 = [16, 17, 31, 32, 48, 56, 63, 64, 65, 96, 127];

    private readonly Random _random = new(seed);
    private readonly List<string> _steps = [];
    private byte[] _lengthsIPv4 = [];
    private byte[] _lengthsIPv6 = [];

    /// <summary>Runs it from an empty table to an empty table; fails the test with the seed and the steps so far.</summary>
    internal async Task RunAsync()
    {
        _lengthsIPv4 = [.. _random.GetItems(s_lengthsIPv4, 2), 32];
        _lengthsIPv6 = [.. _random.GetItems(s_lengthsIPv6, 2), 128];
        Note($"start {await RestartAsync()}");
        Check();
        for (var step = 0; step < Steps; step++)
        {
            Note(await StepAsync());
            Check();
        }

        bench.Decisions.Clear();
        await bench.Engine.RemoveAsync(TestContext.Current.CancellationToken);
    }

    private Task<string> StepAsync() => _random.Next(10) switch
    {
        < 6 => ChangeAsync(),
        < 8 => RestartAsync(),
        _ => DamageAsync(),
    };

    // What one pull brings: some are taken back, some renewed, some new.
    private async Task<string> ChangeAsync()
    {
        Decision[] held = [.. bench.Decisions.Enumerate()];
        Decision[] removed = [.. held.Where(_ => _random.Next(4) == 0)];
        List<Decision> added = [.. removed.Where(_ => _random.Next(3) == 0).Select(decision => Decide(Prefix.From(decision.Network!.Value)))];
        for (var count = _random.Next(5); count >= 0; count--)
        {
            added.Add(Decide(held.Length > 0 && _random.Next(4) == 0 ? Prefix.From(held[_random.Next(held.Length)].Network!.Value) : Network()));
        }

        await bench.ChangeAsync(added, removed);
        return $"removed {Text(removed)}; added {Text(added)}";
    }

    private async Task<string> RestartAsync()
    {
        await bench.StopAsync();
        bench.TrustedNetworks.Clear();
        bench.TrustedNetworks.AddRange(Enumerable.Range(0, _random.Next(3)).Select(_ => Network().ToString()));
        await bench.StartAgainAsync();
        return $"restarted; allowed {string.Join(' ', bench.TrustedNetworks)}";
    }

    private async Task<string> DamageAsync()
    {
        var what = Damage.DoAtRandom(bench.Path.Firewall, _random);
        await bench.Engine.UpdateAsync(isThorough: true, TestContext.Current.CancellationToken);
        return what;
    }

    private Decision Decide(Prefix network) =>
        PacketBench.Decide(network.ToString(), TimeSpan.FromMinutes(_random.Next(10, 10_000)), s_origins[_random.Next(s_origins.Length)]);

    // A few bits are drawn, so that networks of all lengths meet.
    private Prefix Network()
    {
        var isIPv4 = _random.Next(2) == 0;
        var lengths = isIPv4 ? _lengthsIPv4 : _lengthsIPv6;
        var length = lengths[_random.Next(lengths.Length)];
        var address = isIPv4 ? (UInt128)10 << 24 : (UInt128)0xfd00 << 112;
        foreach (var bit in isIPv4 ? [23, 16, 15, 8, 7, 1, 0] : new[] { 111, 96, 80, 64, 63, 32, 1, 0 })
        {
            address |= (UInt128)(uint)_random.Next(2) << bit;
        }

        var width = isIPv4 ? 32 : 128;
        return new(address >> (width - length) << (width - length), length, isIPv4);
    }

    private void Check()
    {
        var arrived = bench.Probe.SendFrom(Edges());
        foreach (var address in Edges())
        {
            var isStopped = bench.Decisions.FindAll(address).Count > 0 && !bench.TrustedNetworks.Exists(allowed => Parse(allowed).Contains(Prefix.Host(address)));
            Assert.True(
                arrived.Contains(address) != isStopped,
                $"Seed {seed}: {address} {(isStopped ? "got through" : "was stopped")}.\n{string.Join('\n', _steps)}\nheld: {Text(bench.Decisions.Enumerate())}");
        }
    }

    // The first and the last address of each network, and those beside them.
    private HashSet<IPAddress> Edges()
    {
        HashSet<IPAddress> edges = [];
        foreach (var text in bench.Decisions.Enumerate().Select(decision => decision.Value).Concat(bench.TrustedNetworks))
        {
            var network = Parse(text);
            foreach (var number in new[] { network.Address - 1, network.Address, network.Last, network.Last + 1 })
            {
                edges.Add(new Prefix(number, (byte)network.Width, network.IsIPv4).ToIPAddress());
            }
        }

        return edges;
    }

    private static Prefix Parse(string text)
    {
        Assert.True(NetworkText.TryParse(text, out var network));
        return Prefix.From(network);
    }

    private void Note(string step) => _steps.Add(string.Create(CultureInfo.InvariantCulture, $"{_steps.Count}. {step}"));

    private static string Text(IEnumerable<Decision> decisions) => string.Join(' ', decisions.Select(decision => $"{decision.Value}({decision.Origin})"));
}

using System.Text.RegularExpressions;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Nftables;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils.Networks;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>A real nftables in a network of its own, a list of blocks, and the backend that is to bring the two together.</summary>
internal sealed partial class NftTable : IDisposable
{
    internal const string Name = "bouncer_test";

    private long _decision;

    /// <param name="longestRead">How long lists of earlier processes may take to read.</param>
    internal NftTable(TimeSpan? longestRead = null)
    {
        LongestRead = longestRead;
        Options.Nftables.Program = Net.NftProgram;
        Backend = Restart();
    }

    internal NetworkNamespace Net { get; } = new();

    internal FirewallOptions Options { get; } = new() { Name = Name };

    internal FakeLogCollector Log { get; } = new();

    private TimeSpan? LongestRead { get; }

    internal BlockList Blocks { get; } = new();

    internal NftablesBackend Backend { get; private set; }

    /// <summary>The backend of another process, which knows nothing of what was written before.</summary>
    internal NftablesBackend Restart()
    {
        Backend?.Dispose();
        return Net.Run(() => Backend = new(Options, TimeProvider.System, new FakeLogger<NftablesBackend>(Log), LongestRead));
    }

    internal static Prefix Parse(string text)
    {
        Assert.True(NetworkText.TryParse(text, out var network), text);
        return Prefix.From(network);
    }

    internal static TimeSpan In(double seconds) => TimeProvider.System.Now() + TimeSpan.FromSeconds(seconds);

    internal Prefix Block(string network, double seconds = 3600, string origin = "cscli")
    {
        var prefix = Parse(network);
        Blocks.Set(prefix, new(In(seconds), origin, ++_decision));
        return prefix;
    }

    internal async Task<FirewallPlan> PlanAsync(bool mayRewrite = false) => await Backend.PlanAsync(Blocks, [], mayRewrite, TestContext.Current.CancellationToken);

    /// <summary>Plans with a look at everything, and carries it out.</summary>
    internal async Task<FirewallPlan> ApplyAsync(bool mayRewrite = false)
    {
        var plan = await PlanAsync(mayRewrite);
        Assert.Equal(0, await Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        return plan;
    }

    /// <summary>Plans from what is known, and carries it out.</summary>
    internal async Task<FirewallPlan> ApplyAsync(params Prefix[] changed)
    {
        var plan = Backend.PlanChanges(Blocks, changed);
        Assert.Equal(0, await Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        return plan;
    }

    internal async Task<bool> IsIntactAsync() => await Backend.CheckAsync(TestContext.Current.CancellationToken) == Integrity.Intact;

    /// <summary>Everything in the table in nft's words.</summary>
    internal string List() => Net.Nft($"list table inet {Name}");

    /// <summary>The elements of a set with the seconds the kernel keeps them; -1 for ever.</summary>
    internal IReadOnlyDictionary<string, double> Elements(string set)
    {
        var text = Net.Nft($"list {(set.Contains("gate", StringComparison.Ordinal) ? "set" : "map")} inet {Name} {set}");
        var at = text.IndexOf("elements = {", StringComparison.Ordinal);
        return at < 0
            ? new Dictionary<string, double>()
            : text[(at + 12)..text.IndexOf('}', at)].Split(',').Select(element => element.Trim()).ToDictionary(element => element.Split(' ')[0], Left);
    }

    /// <summary>The elements of a set, each with its counter.</summary>
    internal IReadOnlyDictionary<string, string> Counters(string set) =>
        Element().Matches(Net.Nft($"list map inet {Name} {set}")).ToDictionary(element => element.Groups[1].Value, element => element.Groups[2].Value);

    internal Task<double> EndsAsync(string set, string element) =>
        Task.FromResult(Elements(set).GetValueOrDefault(element, double.NaN));

    public void Dispose()
    {
        Backend.Dispose();
        Net.Dispose();
    }

    private static double Left(string element)
    {
        if (!element.Contains("expires", StringComparison.Ordinal))
        {
            return -1;
        }

        var parts = Times().Match(element[element.IndexOf("expires", StringComparison.Ordinal)..]).Groups;
        double Part(int group) => parts[group].Success ? double.Parse(parts[group].Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
        return (Part(1) * 86400) + (Part(2) * 3600) + (Part(3) * 60) + Part(4) + (Part(5) / 1000);
    }

    [GeneratedRegex(@"([0-9a-f.:]+) timeout [^,}]*: ""(\w+)""")]
    private static partial Regex Element();

    [GeneratedRegex(@"^expires (?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?")]
    private static partial Regex Times();
}

using System.Net;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>The process dies between any two calls of the firewall: no visitor is shut out, and no ban is lost, neither at that
/// moment nor at any while the next process repairs it.</summary>
public sealed class CrashTests
{
    private static readonly IPAddress[] Probes = [.. ProbesOf("192.0.2.", 256), .. ProbesOf("198.51.100.", 16), .. ProbesOf("2001:db8::", 64)];
    private static readonly (UInt128, bool)[] Numbers = [.. Probes.Select(FakeAddresses.Number)];

    [Theory]
    [InlineData("first list", 2)]
    [InlineData("many at once", 2)]
    [InlineData("a few come and go", 3)]
    [InlineData("most end", 2)]
    [InlineData("allowed", 3)]
    [InlineData("edited by hand", 2)]
    [InlineData("tight pages", 1)]
    [InlineData("whole pages move", 1)]
    [InlineData("inserted in front", 3)]
    public Task Execute_ThatDiesAfterAnyWrite_IsSafeAndRepairedWithoutAGap(string change, int addressesPerRule) =>
        DieEverywhereAsync(change, addressesPerRule, (firewall, writes) => firewall.DiesAfterWrites = writes);

    [Theory]
    [InlineData("first list", 2)]
    [InlineData("edited by hand", 4)]
    public Task Execute_ThatDiesAfterAnyCall_IsSafeAndRepairedWithoutAGap(string change, int addressesPerRule) =>
        DieEverywhereAsync(change, addressesPerRule, (firewall, calls) => firewall.DiesAfter = calls);

    private static async Task DieEverywhereAsync(string change, int addressesPerRule, Action<FakeWindowsFirewall, int> dieAfter)
    {
        var hasDied = true;
        for (var after = 0; hasDied; after++)
        {
            var bed = await BeginAsync(change, addressesPerRule);
            Change(bed, change);
            dieAfter(bed.Firewall, after);
            Watch(bed);
            var run = await Record.ExceptionAsync(bed.ReconcileAsync);
            hasDied = bed.Firewall.IsDead;
            Assert.Equal(hasDied, run is FirewallException);

            bed.Restart();
            await bed.ReconcileAsync();
            Assert.Null(bed.Firewall.Fault);
            Assert.Equal(Probes.Select(bed.IsWanted), bed.Firewall.Blocks(Numbers));
            Assert.True((await bed.Backend.PlanAsync(bed.Blocks, [], mayRewrite: false, TestContext.Current.CancellationToken)).IsEmpty);
        }
    }

    private static async Task<WindowsBed> BeginAsync(string change, int addressesPerRule)
    {
        var bed = new WindowsBed(addressesPerRule);
        if (change != "first list")
        {
            var start = change == "inserted in front" ? 100 : 0;
            bed.Block([.. Enumerable.Range(0, 12).Select(i => $"192.0.2.{start + (i * 2)}"), "198.51.100.0/29", "2001:db8::4/126", "2001:db8::20"]);
            await bed.ReconcileAsync();
        }

        return bed;
    }

    private static void Change(WindowsBed bed, string change)
    {
        switch (change)
        {
            case "first list":
                bed.Block("192.0.2.1", "192.0.2.9", "198.51.100.0/28", "2001:db8::1", "2001:db8::8");
                break;
            case "many at once":
                bed.Block([.. Enumerable.Range(20, 14).Select(i => $"192.0.2.{i * 4}"), .. Enumerable.Range(10, 8).Select(i => $"2001:db8::{i * 2:x}")]);
                break;
            case "a few come and go":
                bed.Blocks.Remove(WindowsBed.Parse("192.0.2.4"));
                bed.Block("192.0.2.99", "192.0.2.1", "2001:db8::3f");
                break;
            case "most end":
                foreach (var network in bed.Blocks.Blocks.Keys.Skip(2).ToArray())
                {
                    bed.Blocks.Remove(network);
                }

                break;
            case "allowed":
                bed.Allow("192.0.2.4", "198.51.100.2/31");
                break;
            case "tight pages":
                bed.Blocks.Remove(WindowsBed.Parse("192.0.2.0"));
                bed.Block("192.0.2.255", "192.0.2.101", "192.0.2.7");
                break;
            case "inserted in front":
                bed.Block("192.0.2.1", "192.0.2.3");
                break;
            case "whole pages move":
                bed.Options.Windows.AddressesPerRule = 3;
                bed.Restart();
                bed.Block("192.0.2.240", "192.0.2.3");
                break;
            case "edited by hand":
                var rules = bed.Firewall.Rules;
                rules[0].Addresses = FakeAddresses.Everybody;
                rules[1].IsEnabled = false;
                rules[2].Profiles = 1;
                rules.Add(rules[3] with { });
                rules.Add(new() { Name = "Allow nothing", Grouping = bed.Options.Name, Action = 0, IsEnabled = true });
                rules.Add(new() { Name = "Somebody's own", Action = 0, IsEnabled = true, Addresses = FakeAddresses.Parse("203.0.113.1", _ => false) });
                bed.Block("192.0.2.130");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    /// <summary>After each write: what was blocked and stays wanted is blocked, and nothing is that was not and is not wanted.</summary>
    private static void Watch(WindowsBed bed)
    {
        var before = bed.Firewall.Blocks(Numbers);
        bool[] wanted = [.. Probes.Select(bed.IsWanted)];
        var isTooWide = !before.Contains(false);
        bed.Firewall.Watch = () =>
        {
            if (!isTooWide && bed.OurRules.FirstOrDefault(rule => rule.IsEnabled && rule.Addresses.Text == "*") is { } rule)
            {
                return $"{rule.Name} is for everybody.";
            }

            var now = bed.Firewall.Blocks(Numbers);
            for (var i = 0; i < now.Length; i++)
            {
                if (now[i] != wanted[i] && (now[i] ? !before[i] : before[i] && !isTooWide))
                {
                    return $"{Probes[i]} is {(now[i] ? "shut out" : "let in")}.";
                }
            }

            return null;
        };
    }

    private static IEnumerable<IPAddress> ProbesOf(string start, int count) =>
        Enumerable.Range(0, count).Select(i => IPAddress.Parse(start.EndsWith(':') ? $"{start}{i:x}" : $"{start}{i}"));
}

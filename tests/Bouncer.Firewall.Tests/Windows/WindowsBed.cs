using System.Net;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.Firewall.Windows;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>A firewall, a list, and processes that bring them together.</summary>
internal sealed class WindowsBed
{
    internal WindowsBed(int addressesPerRule = 4, bool outbound = false, params string[] profiles)
    {
        Options = new() { Outbound = outbound, Windows = { AddressesPerRule = addressesPerRule, Profiles = profiles } };
        Restart();
    }

    internal FakeWindowsFirewall Firewall { get; } = new();

    internal FirewallOptions Options { get; }

    /// <summary>The clock of the next process.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    internal FakeLogCollector Log { get; } = new();

    internal BlockList Blocks { get; } = new();

    internal WindowsFirewallBackend Backend { get; private set; } = null!;

    internal IEnumerable<FakeRuleState> OurRules => Firewall.Rules.Where(rule => rule.Grouping == Options.Name);

    /// <summary>Another process, which knows nothing.</summary>
    internal void Restart()
    {
        Firewall.Revive();
        Backend = new WindowsFirewallBackend(Options, Firewall, Time, new FakeLogger<WindowsFirewallBackend>(Log));
    }

    internal void Block(params string[] networks)
    {
        foreach (var network in networks)
        {
            Blocks.Set(Parse(network), new Block(TimeSpan.MaxValue, "crowdsec"));
        }
    }

    internal void Allow(params string[] networks) => Blocks.Allow(networks.Select(Parse));

    /// <summary>Compares everything and mends it.</summary>
    internal async Task<(FirewallPlan Plan, int Refused)> ReconcileAsync()
    {
        var plan = await Backend.PlanAsync(Blocks, [], mayRewrite: false, TestContext.Current.CancellationToken);
        return (plan, await Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }

    /// <summary>Writes what changed since.</summary>
    internal async Task<(FirewallPlan Plan, int Refused)> ChangeAsync(IEnumerable<Prefix> changed)
    {
        var plan = Backend.PlanChanges(Blocks, [.. changed]);
        return (plan, await Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }

    /// <summary>Says which addresses are to be blocked, by looking at every network: what all that is tested must agree with.</summary>
    internal bool IsWanted(IPAddress address)
    {
        var host = Prefix.Host(address);
        return !Blocks.Allowed.Any(allowed => allowed.Contains(host)) && Blocks.Blocks.Keys.Any(network => network.Length > 0 && network.Contains(host));
    }

    internal static Prefix Parse(string text)
    {
        Assert.True(NetworkText.TryParse(text, out var network));
        return Prefix.From(network);
    }
}

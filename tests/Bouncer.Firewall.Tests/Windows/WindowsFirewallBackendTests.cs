using System.Net;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Windows;
using Bouncer.Firewall.Windows.Com;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Windows;

public sealed class WindowsFirewallBackendTests
{
    public static TheoryData<string> Restrictions =>
    [
        "Grouping", "Direction", "Action", "Profiles", "Protocol", "ApplicationName", "ServiceName", "LocalAddresses", "InterfaceTypes", "Interfaces",
        "EdgeTraversal", "LocalAppPackageId", "LocalUserOwner", "LocalUserAuthorizedList", "RemoteUserAuthorizedList", "RemoteMachineAuthorizedList",
        "SecureFlags",
    ];

    [Fact]
    public async Task Execute_AFirstList_WritesEnabledBlockRulesOfOurGroup()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7", "198.51.100.0/24", "2001:db8::/64");
        var (plan, refused) = await bed.ReconcileAsync();

        Assert.Equal((3, 0, 0, false, 0), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules, refused));
        Assert.Equal(["crowdsec_bouncer-in-ipv4-0000", "crowdsec_bouncer-in-ipv6-0000"], bed.Firewall.Rules.Select(rule => rule.Name).Order());
        Assert.All(bed.Firewall.Rules, rule => Assert.Equal(
            ("crowdsec_bouncer", 0, 256, 0x7FFFFFFF, RuleDirection.In, true),
            (rule.Grouping, rule.Action, rule.Protocol, rule.Profiles, rule.Direction, rule.IsEnabled)));
        Assert.True(IsBlocked(bed, "198.51.100.200"));
        Assert.False(IsBlocked(bed, "192.0.2.8"));
    }

    [Fact]
    public async Task Describe_APlan_NamesRulesAndAddresses()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7", "192.0.2.9", "2001:db8::1");
        Assert.Equal(
            ["create crowdsec_bouncer-in-ipv4-0000: 192.0.2.7,192.0.2.9", "create crowdsec_bouncer-in-ipv6-0000: 2001:db8::1"],
            (await bed.ReconcileAsync()).Plan.Describe());

        bed.Block("192.0.2.11");
        bed.Blocks.Remove(WindowsBed.Parse("192.0.2.7"));
        bed.Blocks.Remove(WindowsBed.Parse("2001:db8::1"));
        var (plan, _) = await bed.ChangeAsync(new[] { "192.0.2.11", "192.0.2.7", "2001:db8::1" }.Select(WindowsBed.Parse));
        Assert.Equal(
            ["change crowdsec_bouncer-in-ipv4-0000: add 192.0.2.11 remove 192.0.2.7", "delete crowdsec_bouncer-in-ipv6-0000"],
            plan.Describe());
        Assert.Equal((1, 0, 2), (plan.Added, plan.Renewed, plan.Removed));
    }

    [Fact]
    public async Task Execute_WithProfilesAndOutbound_WritesThem()
    {
        var bed = new WindowsBed(100, outbound: true, "Private", "public");
        bed.Block("192.0.2.7");
        await bed.ReconcileAsync();
        Assert.Equal(
            [("crowdsec_bouncer-in-ipv4-0000", RuleDirection.In, 6), ("crowdsec_bouncer-out-ipv4-0000", RuleDirection.Out, 6)],
            bed.Firewall.Rules.Select(rule => (rule.Name, rule.Direction, rule.Profiles)));

        bed.Options.Outbound = false;
        bed.Options.Windows.Profiles = null;
        bed.Restart();
        var (plan, _) = await bed.ReconcileAsync();
        Assert.True(plan.RewritesRules);
        Assert.Equal(0x7FFFFFFF, Assert.Single(bed.Firewall.Rules).Profiles);
    }

    [Fact]
    public async Task Execute_ARefusedAddress_BlocksAllOthers()
    {
        var bed = new WindowsBed(addressesPerRule: 200);
        bed.Firewall.Refuses = token => token is "192.0.2.66" or "192.0.2.102";
        bed.Block([.. Enumerable.Range(0, 100).Select(i => $"192.0.2.{i * 2}")]);
        var (_, refused) = await bed.ReconcileAsync();
        Assert.Equal(2, refused);
        Assert.Equal(98, Enumerable.Range(0, 256).Count(i => IsBlocked(bed, $"192.0.2.{i}")));
        Assert.False(IsBlocked(bed, "192.0.2.66"));

        // Another change of the same rule asks for them no more; a comparison of everything does, and they may be taken then.
        bed.Block("192.0.2.251");
        var calls = bed.Firewall.Calls;
        Assert.Equal(2, (await bed.ChangeAsync([WindowsBed.Parse("192.0.2.251")])).Refused);
        Assert.InRange(bed.Firewall.Calls - calls, 1, 70);
        bed.Firewall.Refuses = _ => false;
        Assert.Equal(0, (await bed.ReconcileAsync()).Refused);
        Assert.True(IsBlocked(bed, "192.0.2.66"));
    }

    [Fact]
    public async Task Execute_WhereOnlyRefusedOnesAreLeft_RemovesTheRule()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7", "192.0.2.9");
        await bed.ReconcileAsync();
        bed.Firewall.Refuses = token => token.StartsWith("192.0.2.7", StringComparison.Ordinal);
        bed.Blocks.Remove(WindowsBed.Parse("192.0.2.9"));
        Assert.Equal(1, (await bed.ChangeAsync([WindowsBed.Parse("192.0.2.9")])).Refused);
        Assert.Empty(bed.Firewall.Rules);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("::1")]
    [InlineData("ff02::1")]
    public async Task B6_NetworksThatMustNotBeWritten_AreCountedAsRefused(string network)
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block(network, "192.0.2.7", "2001:db8::1");
        Assert.Equal(1, (await bed.ReconcileAsync()).Refused);
        Assert.True(IsBlocked(bed, "192.0.2.7") && IsBlocked(bed, "2001:db8::1"));
        Assert.False(IsBlocked(bed, "8.8.8.8") || IsBlocked(bed, "2001:db9::1"));
    }

    [Fact]
    public async Task B6_TwoHalvesOfAllAddresses_AreRefusedTogether()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("0.0.0.0/1", "128.0.0.0/1");
        Assert.Equal(2, (await bed.ReconcileAsync()).Refused);
        Assert.Empty(bed.Firewall.Rules);
    }

    [Fact]
    public async Task Changes_OfBlocksThatEnded_LetThemThrough()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7", "192.0.2.9");
        await bed.ReconcileAsync();
        var network = WindowsBed.Parse("192.0.2.7");
        bed.Blocks.Set(network, new Block(TimeSpan.Zero, "crowdsec"));
        Assert.Equal(1, (await bed.ChangeAsync([network])).Plan.Removed);
        Assert.False(IsBlocked(bed, "192.0.2.7"));
        Assert.True((await bed.ReconcileAsync()).Plan.IsEmpty);
    }

    [Fact]
    public async Task Changes_OfEndsAlone_WriteNothing()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7");
        await bed.ReconcileAsync();
        bed.Blocks.Set(WindowsBed.Parse("192.0.2.7"), new Block(TimeSpan.MaxValue / 2, "lists"));
        Assert.True(bed.Backend.PlanChanges(bed.Blocks, [WindowsBed.Parse("192.0.2.7")]).IsEmpty);
    }

    [Fact]
    public async Task Changes_PlannedButNotCarriedOut_AreInTheNextPlan()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7");
        await bed.ReconcileAsync();
        bed.Block("192.0.2.9", "2001:db8::1");
        bed.Backend.PlanChanges(bed.Blocks, [WindowsBed.Parse("192.0.2.9")]);
        await bed.ChangeAsync([WindowsBed.Parse("2001:db8::1")]);
        Assert.True(IsBlocked(bed, "192.0.2.9") && IsBlocked(bed, "2001:db8::1"));
    }

    /// <summary>A write that Windows understands otherwise must not stay in force.</summary>
    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("192.0.2.0/255.255.255.0")]
    [InlineData("LocalSubnet")]
    public async Task Execute_ThatReadsBackWrong_LeavesNoSuchRuleInEffect(string givenBack)
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7");
        await bed.ReconcileAsync();
        bed.Firewall.GivesBack = _ => givenBack;
        bed.Block("192.0.2.9", "2001:db8::1");
        var error = await Assert.ThrowsAsync<FirewallException>(() => bed.ChangeAsync([WindowsBed.Parse("192.0.2.9"), WindowsBed.Parse("2001:db8::1")]));
        Assert.Equal(FirewallErrorKind.Failed, error.Kind);
        error = await Assert.ThrowsAsync<FirewallException>(bed.ReconcileAsync);
        Assert.Equal(FirewallErrorKind.Failed, error.Kind);
        Assert.DoesNotContain(bed.Firewall.Rules, rule => rule.IsEnabled);

        bed.Firewall.GivesBack = null;
        await bed.ReconcileAsync();
        Assert.True(IsBlocked(bed, "192.0.2.9") && IsBlocked(bed, "2001:db8::1"));
    }

    [Fact]
    public async Task Execute_WhereOneRuleCannotBeWritten_WritesAllOthers()
    {
        var bed = new WindowsBed(addressesPerRule: 2);
        bed.Firewall.GivesBack = rule => rule.Name == "crowdsec_bouncer-in-ipv4-0005" ? "*" : null;
        bed.Block([.. Enumerable.Range(0, 16).Select(i => $"192.0.{i}.1"), "2001:db8::1"]);
        Assert.Equal(FirewallErrorKind.Failed, (await Assert.ThrowsAsync<FirewallException>(bed.ReconcileAsync)).Kind);
        Assert.True(IsBlocked(bed, "2001:db8::1"));
        Assert.InRange(Enumerable.Range(0, 16).Count(i => IsBlocked(bed, $"192.0.{i}.1")), 10, 15);
        Assert.DoesNotContain(bed.Firewall.Rules, rule => rule.Name == "crowdsec_bouncer-in-ipv4-0005");

        bed.Firewall.GivesBack = null;
        await bed.ReconcileAsync();
        Assert.All(Enumerable.Range(0, 16), i => Assert.True(IsBlocked(bed, $"192.0.{i}.1")));
    }

    [Theory]
    [InlineData(HResults.ClassNotRegistered, FirewallErrorKind.Missing, "0x80040154")]
    [InlineData(HResults.NoMoreEndpoints, FirewallErrorKind.Missing, "MpsSvc")]
    [InlineData(HResults.AccessDenied, FirewallErrorKind.Forbidden, "administrator")]
    [InlineData(HResults.NotImplemented, FirewallErrorKind.Failed, "0x80004001")]
    [InlineData(unchecked((int)0x8000FFFF), FirewallErrorKind.Failed, "0x8000FFFF")]
    public async Task Errors_OfWindows_SayWhatToDo(int number, FirewallErrorKind kind, string part)
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7");
        bed.Firewall.PolicyError = number;
        var error = await Assert.ThrowsAsync<FirewallException>(bed.ReconcileAsync);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2", error.Message, StringComparison.Ordinal);

        (bed.Firewall.PolicyError, bed.Firewall.WriteError) = (null, number);
        Assert.Equal(kind, (await Assert.ThrowsAsync<FirewallException>(bed.ReconcileAsync)).Kind);
        bed.Firewall.WriteError = null;
        await bed.ReconcileAsync();
        Assert.True(IsBlocked(bed, "192.0.2.7"));
    }

    [Fact]
    public async Task IsIntact_AfterAnyChangeByHand_IsFalse()
    {
        var bed = new WindowsBed(addressesPerRule: 2);
        bed.Block([.. Enumerable.Range(0, 8).Select(i => $"192.0.{i}.1")]);
        await bed.ReconcileAsync();
        Action<FakeRuleState>[] hands =
        [
            rule => rule.IsEnabled = false,
            rule => rule.Action = 1,
            rule => bed.Firewall.Rules.Remove(rule),
            rule => bed.Firewall.Rules[bed.Firewall.Rules.IndexOf(rule)] = bed.Firewall.Rules[^1] with { },
            rule => bed.Firewall.Rules.Add(rule with { Name = "Copy" }),
        ];
        foreach (var hand in hands)
        {
            Assert.Equal(Integrity.Intact, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
            hand(bed.Firewall.Rules[0]);
            Assert.Equal(Integrity.Changed, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
            Assert.False((await bed.ReconcileAsync()).Plan.IsEmpty);
        }
    }

    [Fact]
    public async Task IsIntact_OfAddresses_ReadsNone()
    {
        var bed = new WindowsBed(addressesPerRule: 2);
        bed.Block([.. Enumerable.Range(0, 8).Select(i => $"192.0.{i}.1")]);
        await bed.ReconcileAsync();
        var reads = bed.Firewall.AddressReads;
        bed.Firewall.Rules[0].Addresses = FakeAddresses.Everybody;
        Assert.Equal(Integrity.Intact, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.Equal(reads, bed.Firewall.AddressReads);

        Assert.Single(((WindowsFirewallPlan)(await bed.ReconcileAsync()).Plan).Steps);
        Assert.False(IsBlocked(bed, "8.8.8.8"));
    }

    /// <summary>A rule that holds for less than it did leaves ways open, though it is there and enabled.</summary>
    [Theory]
    [MemberData(nameof(Restrictions))]
    public async Task IsIntact_OfARestrictedRule_IsFalseUntilItIsWrittenAgain(string property)
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7");
        await bed.ReconcileAsync();
        Restrict(bed.Firewall.Rules[0], property);
        Assert.Equal(Integrity.Changed, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.True((await bed.ReconcileAsync()).Plan.RewritesRules);
        Assert.Equal(
            $"4043 Warning Rule crowdsec_bouncer-in-ipv4-0000 is in this bouncer's group but was created or changed by another program ({property}); it is removed.",
            Assert.Single(bed.Log.Transcript));
        Assert.Equal(Integrity.Intact, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.True(IsBlocked(bed, "192.0.2.7"));
    }

    [Fact]
    public async Task Reconcile_WithRulesOfOthers_LeavesThemAlone()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        FakeRuleState[] others =
        [
            new() { Name = "Remote Desktop", Grouping = "@FirewallAPI.dll,-28752", Action = 1, IsEnabled = true },
            new() { Name = "crowdsec_bouncer", Action = 0, IsEnabled = true },
            new() { Name = "crowdsec_bouncer2-in-ipv4-0000", Grouping = "crowdsec_bouncer2", Action = 0, IsEnabled = true },
            new(),
        ];

        // Two of one name, one of them in our group: Windows would remove whichever it finds first.
        bed.Firewall.Rules.AddRange([.. others, others[0] with { Grouping = bed.Options.Name }]);
        bed.Block("192.0.2.7");
        await bed.ReconcileAsync();
        Assert.Equal(5, bed.Firewall.Rules.Count);
        await bed.Backend.RemoveAsync(TestContext.Current.CancellationToken);
        Assert.Equal(others, bed.Firewall.Rules);
    }

    [Fact]
    public async Task Remove_InAnotherProcess_RemovesAllOfOurs()
    {
        var bed = new WindowsBed(addressesPerRule: 2, outbound: true);
        bed.Block([.. Enumerable.Range(0, 8).Select(i => $"192.0.{i}.1"), "2001:db8::1"]);
        await bed.ReconcileAsync();
        bed.Firewall.Rules[1].Grouping = null;
        bed.Restart();
        await bed.Backend.RemoveAsync(TestContext.Current.CancellationToken);
        Assert.Empty(bed.Firewall.Rules);
    }

    [Fact]
    public async Task Restart_WithALongList_AdoptsAllRules()
    {
        var bed = new WindowsBed(addressesPerRule: 10);
        bed.Block([.. Enumerable.Range(0, 300).Select(i => $"10.{i % 256}.{i / 256}.1"), .. Enumerable.Range(1, 100).Select(i => $"2001:db8:{i:x}::/48")]);
        await bed.ReconcileAsync();
        var (writes, rules) = (bed.Firewall.Writes, bed.Firewall.Rules.Count);
        Assert.InRange(rules, 400 / 10, 128);
        bed.Restart();
        Assert.True((await bed.ReconcileAsync()).Plan.IsEmpty);
        Assert.Equal((writes, rules), (bed.Firewall.Writes, bed.Firewall.Rules.Count));
    }

    /// <summary>Networks made to meet in one bucket cannot break the limits of a rule.</summary>
    [Fact]
    public async Task Execute_ManyNetworksOfOneBucket_GoOntoPages()
    {
        var bed = new WindowsBed(addressesPerRule: 10_000);
        bed.Block([.. Enumerable.Range(1, 1200).Select(i => $"2001:db8:aaaa:bbbb:cccc:dddd:{i:x}:{i * 16:x}")]);
        await bed.ReconcileAsync();
        Assert.True(bed.Firewall.Rules.Count > 1);
        Assert.All(bed.Firewall.Rules, rule => Assert.InRange(rule.Addresses.Text.Length, 1, 2 * AddressText.MostCharacters));
        Assert.Equal(1200, bed.Firewall.Rules.Sum(rule => rule.Addresses.Ranges.Count));
    }

    private static void Restrict(FakeRuleState rule, string property)
    {
        switch (property)
        {
            case "Grouping":
                rule.Grouping = null;
                break;
            case "Direction":
                rule.Direction = RuleDirection.Out;
                break;
            case "Action":
                rule.Action = 1;
                break;
            case "Profiles":
                rule.Profiles = 3;
                break;
            case "Protocol":
                rule.Protocol = 6;
                break;
            case "ApplicationName":
                rule.ApplicationName = "notepad.exe";
                break;
            case "ServiceName":
                rule.ServiceName = "LanmanServer";
                break;
            case "LocalAddresses":
                rule.LocalAddresses = "198.51.100.1";
                break;
            case "InterfaceTypes":
                rule.InterfaceTypes = "Wireless";
                break;
            case "Interfaces":
                rule.Interface = "Ethernet 2";
                break;
            case "EdgeTraversal":
                rule.EdgeTraversal = true;
                break;
            case "LocalAppPackageId":
                rule.LocalAppPackageId = "S-1-15-2-1";
                break;
            case "LocalUserOwner":
                rule.LocalUserOwner = "S-1-5-21-1";
                break;
            case "LocalUserAuthorizedList":
                rule.LocalUserAuthorizedList = "O:LSD:(A;;CC;;;S-1-5-21-1)";
                break;
            case "RemoteUserAuthorizedList":
                rule.RemoteUserAuthorizedList = "O:LSD:(A;;CC;;;S-1-5-21-1)";
                break;
            case "RemoteMachineAuthorizedList":
                rule.RemoteMachineAuthorizedList = "O:LSD:(A;;CC;;;S-1-5-21-1)";
                break;
            case "SecureFlags":
                rule.SecureFlags = 2;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(property));
        }
    }

    private static bool IsBlocked(WindowsBed bed, string address) => bed.Firewall.Blocks(IPAddress.Parse(address));
}

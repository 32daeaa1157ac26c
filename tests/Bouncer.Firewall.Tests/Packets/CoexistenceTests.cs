using System.Net;
using System.Net.Sockets;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Other programs' tables beside ours, at lower and higher priorities. Both take effect in either order.</summary>
public sealed class CoexistenceTests
{
    private const int Ssh = 22;
    private const int Https = 443;

    private static readonly string[] s_networks = ["10.1.2.3", "10.2.0.0/16", "fd00::1", "fd00:5::/32"];
    private static readonly string[] s_banned = ["10.1.2.3", "10.2.7.7", "fd00::1", "fd00:5:7::7"];
    private static readonly string[] s_others = ["10.1.2.4", "10.3.0.1", "fd00::2", "fd00:6::1"];
    private static readonly string[] s_all = [.. s_banned, .. s_others];

    public static MatrixTheoryData<string, int> Firewalls => new(["firewalld", "ufw"], [-300, -10, 20]);

    public static MatrixTheoryData<int, PacketVerdict, bool> Routers => new([-300, -10, 20], [PacketVerdict.Drop, PacketVerdict.Reject], [false, true]);

    [Theory]
    [MemberData(nameof(Firewalls))]
    public async Task Firewall_OfAnother_HoldsAsOursDoes(string firewall, int priority)
    {
        await using var bench = await PacketBench.StartAsync(options =>
        {
            options.Nftables.Priority = priority;
            options.Nftables.AllowedPorts = ["443"];
        });
        using var hosts = new FlowHosts(bench.Path);
        var table = firewall == "ufw" ? OtherTables.Ufw : OtherTables.Firewalld;
        bench.Path.Firewall.Nft(table);
        var before = ListOthers(bench);
        using var theirs = new Flows(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Ssh));
        using var ours = new Flows(s_all, peer => hosts.To(peer, ProtocolType.Tcp));
        using var questions = new Flows(s_all, peer => hosts.To(peer, ProtocolType.Udp));
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Https)));

        await BanAsync(bench);
        Assert.Equal(s_others, theirs.Where(flow => flow.Send()));
        Assert.Equal(s_others, Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Ssh)));
        Assert.Equal(s_others, Opened(s_all, peer => hosts.From(peer, ProtocolType.Icmp)));
        Assert.Equal(s_all, ours.Where(flow => flow.Answer()));
        Assert.Equal(s_all, questions.Where(flow => flow.Answer()));
        Assert.Equal(s_all, questions.Where(flow => flow.Decline()));
        Assert.Equal(s_all, Opened(s_all, peer => hosts.To(peer, ProtocolType.Tcp)));

        // A port that we leave to the banned is not opened to anybody, nor is any other.
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Https)));
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp)));
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Udp)));
        Assert.Equal(before, ListOthers(bench));
    }

    [Theory]
    [MemberData(nameof(Routers))]
    public async Task Containers_BehindDnatAndMasquerade_AreReachedByAllButTheBanned(int priority, PacketVerdict verdict, bool outbound)
    {
        await using var bench = await PacketBench.StartAsync(PacketPath.ThroughRouter(), options =>
        {
            options.Nftables.Priority = priority;
            options.Nftables.Verdict = verdict;
            options.Outbound = outbound;
        });
        bench.Path.Firewall.Nft(OtherTables.Docker);
        using var hosts = new FlowHosts(bench.Path);
        var before = ListOthers(bench);
        using var visits = new Flows(s_all, peer => Visit(bench, hosts, peer));
        using var errands = new Flows(s_all, peer => Errand(peer, ProtocolType.Tcp));
        using var questions = new Flows(s_all, peer => Errand(peer, ProtocolType.Udp));

        await BanAsync(bench);
        var stopped = verdict == PacketVerdict.Drop ? ProbeResult.Dropped : ProbeResult.Reset;
        Assert.Equal(s_others, visits.Where(flow => flow.Send()));
        Assert.Equal(s_others, Opened(s_all, peer => Visit(bench, hosts, peer)));
        Assert.All(s_banned, peer => Assert.Equal(stopped, Result(Visit(bench, hosts, IPAddress.Parse(peer)))));
        string[] reached = outbound ? s_others : s_all;
        Assert.Equal(reached, errands.Where(flow => flow.Send()));
        Assert.Equal(reached, errands.Where(flow => flow.Answer()));
        Assert.Equal(reached, questions.Where(flow => flow.Answer()));
        Assert.Equal(reached, Opened(s_all, peer => Errand(peer, ProtocolType.Tcp)));
        Assert.Equal(reached, Opened(s_all, peer => Errand(peer, ProtocolType.Udp)));

        // What Docker does not publish stays closed.
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp)));
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Udp)));
        Assert.Equal(before, ListOthers(bench));

        Flow Errand(IPAddress peer, ProtocolType protocol) =>
            new(protocol, hosts.Server, new(bench.Path.ServerFor(peer), 0), hosts.Client, new(peer, 0), seenAs: RouterFor(peer));
    }

    [Theory]
    [InlineData("firewalld")]
    [InlineData("ufw")]
    public async Task Reload_OfAnother_ThatFlushesTheRuleset_IsRepaired(string firewall)
    {
        await using var bench = await PacketBench.StartAsync();
        using var hosts = new FlowHosts(bench.Path);
        var table = firewall == "ufw" ? OtherTables.Ufw : OtherTables.Firewalld;
        bench.Path.Firewall.Nft(table);
        await BanAsync(bench);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(s_others, Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Ssh)));
            bench.Path.Firewall.Nft($"flush ruleset\n{table}");
            Assert.Equal(s_all, Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Ssh)));
            await Eventually.TrueAsync(() => bench.Backend.IsSuspect);
            Assert.False(await bench.Engine.IsIntactAsync(TestContext.Current.CancellationToken));
            await bench.Engine.UpdateAsync(isThorough: false, TestContext.Current.CancellationToken);
            Assert.False(bench.Backend.IsSuspect);
        }

        Assert.Equal(s_others, Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Ssh)));
        Assert.Empty(Opened(s_all, peer => hosts.From(peer, ProtocolType.Tcp, port: Https)));
    }

    /// <summary>A container's own, and not that under which it is published.</summary>
    [Theory]
    [InlineData("80", true)]
    [InlineData("8080", false)]
    public async Task AllowedPort_OfAContainer_IsItsOwn(string allowed, bool isReached)
    {
        await using var bench = await PacketBench.StartAsync(PacketPath.ThroughRouter(), options => options.Nftables.AllowedPorts = [allowed]);
        bench.Path.Firewall.Nft(OtherTables.Docker);
        using var hosts = new FlowHosts(bench.Path);
        await BanAsync(bench);
        Assert.Equal(isReached ? s_all : s_others, Opened(s_all, peer => Visit(bench, hosts, peer)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Host_OfOneFamilyAlone_StopsItsBannedAndTakesTheOthersBans(bool hasIPv4, bool outbound)
    {
        await using var bench = await PacketBench.StartAsync(options => options.Outbound = outbound);
        if (hasIPv4)
        {
            bench.Path.Firewall.Run(() => File.WriteAllText("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1"));
        }
        else
        {
            bench.Path.Firewall.Ip($"address del {bench.Path.ServerIPv4}/30 dev back\naddress del {IPAddress.Loopback}/8 dev lo");
        }

        await BanAsync(bench);
        await bench.StartAgainAsync();
        using var hosts = new FlowHosts(bench.Path, hasIPv4);
        string[] banned = [.. s_banned.Where(IsOfFamily)];
        string[] others = [.. s_others.Where(IsOfFamily)];
        foreach (var protocol in new[] { ProtocolType.Tcp, ProtocolType.Udp, ProtocolType.Icmp })
        {
            Assert.Equal(others, Opened([.. banned, .. others], peer => hosts.From(peer, protocol)));
            Assert.Equal(outbound ? others : [.. banned, .. others], Opened([.. banned, .. others], peer => hosts.To(peer, protocol)));
        }

        Assert.True((await bench.Engine.PlanAsync(TestContext.Current.CancellationToken)).IsEmpty);

        bool IsOfFamily(string address) => address.Contains('.', StringComparison.Ordinal) == hasIPv4;
    }

    private static Task BanAsync(PacketBench bench) => bench.ChangeAsync([.. s_networks.Select(network => PacketBench.Decide(network))], []);

    private static IPAddress RouterFor(IPAddress peer) => IPAddress.Parse(peer.AddressFamily == AddressFamily.InterNetwork ? "192.0.2.2" : "2001:db8:ffff::2");

    /// <summary>A connection to the container's published port.</summary>
    private static Flow Visit(PacketBench bench, FlowHosts hosts, IPAddress peer) =>
        new(ProtocolType.Tcp, hosts.Client, new(peer, 0), hosts.Server, new(bench.Path.ServerFor(peer), 80), dialled: new(RouterFor(peer), 8080));

    private static ProbeResult Result(Flow connection)
    {
        using var flow = connection;
        return flow.Open();
    }

    private static IEnumerable<string> Opened(IEnumerable<string> peers, Func<IPAddress, Flow> connect) =>
        peers.Where(peer => Result(connect(IPAddress.Parse(peer))) == ProbeResult.Arrived);

    // Without counts.
    private static string ListOthers(PacketBench bench) => string.Concat(
        bench.Path.Firewall.Nft("list tables").Split('\n').Where(table => table.Length > 0 && !table.EndsWith(PacketBench.Table, StringComparison.Ordinal))
            .Select(table => bench.Path.Firewall.Nft($"list {table}", "-s")));

    /// <summary>Connections that were opened.</summary>
    private sealed class Flows : IDisposable
    {
        private readonly List<(string Peer, Flow Flow)> _flows = [];

        internal Flows(IEnumerable<string> peers, Func<IPAddress, Flow> connect)
        {
            foreach (var peer in peers)
            {
                var flow = connect(IPAddress.Parse(peer));
                _flows.Add((peer, flow));
                Assert.Equal(ProbeResult.Arrived, flow.Open());
            }
        }

        /// <summary>The peers of those on which a packet arrives.</summary>
        internal IEnumerable<string> Where(Func<Flow, ProbeResult> send) =>
            _flows.Where(flow => send(flow.Flow) == ProbeResult.Arrived).Select(flow => flow.Peer);

        public void Dispose() => _flows.ForEach(flow => flow.Flow.Dispose());
    }
}

using System.Net;
using System.Net.Sockets;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>What becomes of each kind of packet under each setting, in the input hook of a server and in the forward hook of a
/// router before it; for hosts and ranges, in IPv4 and IPv6, by TCP, UDP and ICMP.</summary>
public sealed class CrossTableTests
{
    private const string Passes = "passes";
    private const string Silence = "silence";

    // By a TCP reset, or by ICMP where it is not TCP.
    private const string Refused = "refused";

    private static readonly ProtocolType[] s_protocols = [ProtocolType.Tcp, ProtocolType.Udp, ProtocolType.Icmp];
    private static readonly string[] s_networks = ["10.1.2.3", "10.2.0.0/16", "fd00::1", "fd00:5::/32"];
    private static readonly string[] s_banned = ["10.1.2.3", "10.2.7.7", "fd00::1", "fd00:5:7::7"];
    private static readonly string[] s_others = ["10.1.2.4", "10.3.0.1", "fd00::2", "fd00:6::1"];

    // The sender of a refused packet is told so, unless the packet is an ICMP error itself.
    private static readonly Row[] s_table =
    [
        //  The packet, and who opened its connection, and when                                      Drop     Reject   Drop and Reject and
        //                                                                                                             Outbound Outbound
        new("banned opens a connection",                By.Banned, Opened.Now,    flow => flow.Open(),     Silence, Refused, Silence, Refused),
        new("banned sends on one that it opened",       By.Banned, Opened.Before, flow => flow.Send(),     Silence, Refused, Silence, Refused),
        new("banned tells of an error in one of its",   By.Banned, Opened.Before, flow => flow.Withdraw(), Silence, Silence, Silence, Silence),
        new("server opens a connection",                By.Server, Opened.Now,    flow => flow.Open(),     Passes,  Passes,  Silence, Refused),
        new("server sends on one that it opened",       By.Server, Opened.Before, flow => flow.Send(),     Passes,  Passes,  Silence, Refused),
        new("banned answers on one of the server's",    By.Server, Opened.Before, flow => flow.Answer(),   Passes,  Passes,  Silence, Refused),
        new("banned tells of an error in the server's", By.Server, Opened.Before, flow => flow.Decline(),  Passes,  Passes,  Silence, Silence),
    ];

    public static MatrixTheoryData<string, PacketVerdict, bool> Settings => new(["input", "forward"], [PacketVerdict.Drop, PacketVerdict.Reject], [false, true]);

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Packets_OfEachKind_AreTreatedAsInTheTable(string hook, PacketVerdict verdict, bool outbound)
    {
        await using var bench = await PacketBench.StartAsync(hook == "input" ? PacketPath.ToServer() : PacketPath.ThroughRouter(), options =>
        {
            options.Nftables.Verdict = verdict;
            options.Outbound = outbound;
        });
        using var hosts = new FlowHosts(bench.Path);
        var packets = s_banned.Concat(s_others).SelectMany(peer => s_protocols.SelectMany(protocol => s_table.Select(row => (peer, protocol, row, Flow: row.Begin(hosts, peer, protocol))))).ToArray();
        await bench.ChangeAsync([.. s_networks.Select(network => PacketBench.Decide(network))], []);

        List<string> faults = [];
        foreach (var (peer, protocol, row, flow) in packets)
        {
            var expected = s_banned.Contains(peer) ? row.Expected(verdict, outbound) : Passes;
            var seen = row.Send(flow);
            flow.Dispose();
            if (seen != Result(expected, protocol))
            {
                faults.Add($"{protocol}, {peer}, {row.Packet}: {seen}, and not {expected}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("input")]
    [InlineData("forward")]
    public async Task Connect_ToABannedHost_FailsAtOnceIfRejected(string hook)
    {
        await using var bench = await PacketBench.StartAsync(hook == "input" ? PacketPath.ToServer() : PacketPath.ThroughRouter(), options =>
        {
            options.Nftables.Verdict = PacketVerdict.Reject;
            options.Outbound = true;
        });
        using var hosts = new FlowHosts(bench.Path);
        await bench.ChangeAsync([.. s_networks.Select(network => PacketBench.Decide(network))], []);
        foreach (var peer in s_banned)
        {
            using var flow = hosts.To(IPAddress.Parse(peer), ProtocolType.Tcp);
            Assert.Equal(ProbeResult.Reset, flow.Open());
            Assert.Equal(SocketError.ConnectionRefused, flow.OpenersError);
        }
    }

    private static ProbeResult Result(string expected, ProtocolType protocol) => expected switch
    {
        Passes => ProbeResult.Arrived,
        Silence => ProbeResult.Dropped,
        _ => protocol == ProtocolType.Tcp ? ProbeResult.Reset : ProbeResult.Prohibited,
    };

    private enum By
    {
        Banned,
        Server,
    }

    private enum Opened
    {
        Before,
        Now,
    }

    private sealed record Row(string Packet, By By, Opened When, Func<Flow, ProbeResult> Send, string Drop, string Reject, string Outbound, string RejectOutbound)
    {
        /// <summary>Each packet has a connection of its own: a refusal ends one.</summary>
        internal Flow Begin(FlowHosts hosts, string peer, ProtocolType protocol)
        {
            var flow = By == By.Banned ? hosts.From(IPAddress.Parse(peer), protocol) : hosts.To(IPAddress.Parse(peer), protocol);
            if (When == Opened.Before)
            {
                Assert.Equal(ProbeResult.Arrived, flow.Open());
            }

            return flow;
        }

        internal string Expected(PacketVerdict verdict, bool outbound) => (verdict, outbound) switch
        {
            (PacketVerdict.Drop, false) => Drop,
            (PacketVerdict.Reject, false) => Reject,
            (PacketVerdict.Drop, true) => Outbound,
            _ => RejectOutbound,
        };
    }
}

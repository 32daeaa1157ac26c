using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Comparison;

/// <summary>What the rules cost packets that they let through.</summary>
internal static class PacketTable
{
    private const int Hosts = 97_000;
    private const int Ranges = 3_000;
    private const int Origins = 10;
    private const int Rounds = 41;
    private const int Packets = 10_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>No ban is near it.</summary>
    private static readonly IPAddress s_elsewhere = IPAddress.Parse("100.64.1.1");

    /// <summary>Ranges in its /16 are banned.</summary>
    private static readonly IPAddress s_neighbour = IPAddress.Parse("32.7.255.1");

    internal static async Task PrintAsync(string worker)
    {
        Console.WriteLine($"""

            Small datagrams that are let through, with {Hosts:N0} hosts and {Ranges:N0} ranges of {Origins} origins banned: sender, firewall and
            receiver on one processor, {Packets:N0} datagrams at a time, in turn with the same path without rules. Medians of {Rounds} rounds,
            of the ratio too.
            "Near" is a sender whose /16 has banned ranges. "Alone" is a table that only switches on connection tracking.

            | packets | sender | rules | without | with | packets per second, of without |
            |---|---|---|---:|---:|---:|
            """);
        foreach (var (name, make) in new (string, Func<PacketPath>)[] { ("received", PacketPath.ToServer), ("forwarded", PacketPath.ThroughRouter) })
        {
            await PrintAsync(name, make, worker);
        }
    }

    private static async Task PrintAsync(string name, Func<PacketPath> make, string worker)
    {
        using var without = make();
        await using var arena = await Arena.StartAsync(make());
        await ArrangeAsync(arena);
        foreach (var tracks in new[] { true, false })
        {
            OurWorker subject = new(worker, tracks);
            var process = arena.Start(subject);
            _ = await Arena.UntilAsync(() => arena.HasLogged(subject, "holds the decisions"), s_limit)
                ?? throw new InvalidOperationException($"{subject.Name} does nothing:\n{arena.LogOf(subject)}");

            // The table stays, and the process does not use the processor meanwhile.
            Arena.Kill(process);
            var rules = tracks ? "as installed" : "`TrackConnections=false`";
            Row(name, "elsewhere", rules, Compare(without, arena.Path, s_elsewhere));
            Row(name, "near", rules, Compare(without, arena.Path, s_neighbour));
            arena.Clear();
        }

        arena.Path.Firewall.Nft("""
            add table inet alone
            add chain inet alone f { type filter hook forward priority 0; }
            add chain inet alone i { type filter hook input priority 0; }
            add rule inet alone f ct direction reply accept
            add rule inet alone i ct direction reply accept
            """);
        Row(name, "elsewhere", "connection tracking alone", Compare(without, arena.Path, s_elsewhere));
    }

    private static async Task ArrangeAsync(Arena arena)
    {
        await arena.BanAsync(Hosts, 16);
        await arena.ImportAsync(Enumerable.Range(0, Ranges).Select(i => string.Create(CultureInfo.InvariantCulture, $"24h,range,32.{i / 250}.{i % 250}.0/24")));
        await arena.CrowdSec.SqlAsync($"UPDATE decisions SET origin = 'origin-' || (id % {Origins})");
    }

    /// <returns>Nanoseconds for a packet along each of two paths, and their ratio.</returns>
    private static (double Without, double With, double Ratio) Compare(PacketPath without, PacketPath with, IPAddress source)
    {
        List<double> first = [], second = [];
        using Sender one = new(without, source), other = new(with, source);
        for (var round = 0; round < Rounds; round++)
        {
            // Whichever comes second finds a warmer processor: they take turns.
            if (round % 2 == 0)
            {
                first.Add(one.Send());
                second.Add(other.Send());
            }
            else
            {
                second.Add(other.Send());
                first.Add(one.Send());
            }
        }

        return (Median(first), Median(second), Median(first.Zip(second, (without, with) => without / with)));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static void Row(string packets, string sender, string rules, (double Without, double With, double Ratio) cost) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {packets} | {sender} | {rules} | {cost.Without:N0} ns | {cost.With:N0} ns | {cost.Ratio:0.00} |"));

    /// <summary>Sends datagrams that a socket at the end of a path takes, or drops when it has enough.</summary>
    private sealed class Sender : IDisposable
    {
        private readonly PacketPath _path;
        private readonly Socket _client;
        private readonly Socket _server;

        internal Sender(PacketPath path, IPAddress source)
        {
            _path = path;
            _server = path.Server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            _server.Bind(new IPEndPoint(IPAddress.Any, 0));
            _client = path.Client.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            _client.Bind(new IPEndPoint(source, 0));
            _client.Connect(path.ServerIPv4, ((IPEndPoint)_server.LocalEndPoint!).Port);
            Send();
            if (_server.Available == 0)
            {
                throw new InvalidOperationException($"No datagram from {source} arrives.");
            }
        }

        internal double Send()
        {
            var elapsed = TimeSpan.Zero;
            _path.Client.Run(() => LinuxThread.OnOneProcessor(() =>
            {
                Span<byte> datagram = stackalloc byte[18];
                var begin = Stopwatch.GetTimestamp();
                for (var i = 0; i < Packets; i++)
                {
                    _client.Send(datagram);
                }

                elapsed = Stopwatch.GetElapsedTime(begin);
            }));
            return elapsed.TotalNanoseconds / Packets;
        }

        public void Dispose()
        {
            _client.Dispose();
            _server.Dispose();
        }
    }
}

using System.Diagnostics;
using System.Net;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Comparison;

/// <summary>A real CrowdSec, a client beside it that sends from any address, and a network for a bouncer's firewall.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private const int MostToImport = 5000;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-comparison-");
    private readonly PacketPath _path;

    private Arena(PacketPath path, PacketProbe probe, CrowdSecServer crowdSec)
    {
        (_path, Probe, CrowdSec) = (path, probe, crowdSec);
        Relay = new LapiRelay(path.Client, crowdSec.Url);
    }

    internal CrowdSecServer CrowdSec { get; }

    internal LapiRelay Relay { get; }

    internal PacketProbe Probe { get; }

    /// <summary>Where packets go.</summary>
    internal PacketPath Path => _path;

    internal static Task<Arena> StartAsync() => StartAsync(PacketPath.ToServer());

    internal static async Task<Arena> StartAsync(PacketPath path) =>
        new(path, await PacketProbe.StartAsync(path), await CrowdSecServer.StartAsync(path.Client));

    /// <summary>Starts a program where the firewall is.</summary>
    internal Process Start(Subject subject)
    {
        var folder = _folder.CreateSubdirectory(subject.Name).FullName;
        File.WriteAllText(LogFile(subject), "");
        return subject.Start(_path.Firewall, Relay.Url, CrowdSecServer.ApiKey, folder);
    }

    /// <summary>Kills a program; what is in the firewall stays.</summary>
    internal static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>Kills a program and empties the firewall.</summary>
    internal void End(Process process)
    {
        Kill(process);
        Clear();
    }

    /// <summary>Empties the firewall.</summary>
    internal void Clear()
    {
        _path.Firewall.Nft("flush ruleset");
        Relay.Clear();
    }

    /// <summary>What a program logged, its last lines.</summary>
    internal string LogOf(Subject subject) => string.Join('\n', File.ReadLines(LogFile(subject)).TakeLast(20));

    /// <summary>Whether a program, since it was started last, logged a text.</summary>
    internal bool HasLogged(Subject subject, string text) => File.ReadAllText(LogFile(subject)).Contains(text, StringComparison.Ordinal);

    /// <summary>Adds so many bans of single IPv4 addresses, many of them beside LAPI, whose import takes a minute for 100,000.</summary>
    /// <returns>The addresses.</returns>
    internal async Task<IPAddress[]> BanAsync(int count, byte firstByte)
    {
        var row = new AddressRow(firstByte);
        if (count > MostToImport)
        {
            await CrowdSec.HoldAsync(row, count);
        }
        else
        {
            await ImportAsync(row.Take(count).Select(address => $"24h,ip,{address}"));
        }

        return [.. row.Take(count).Select(IPAddress.Parse)];
    }

    /// <summary>Imports decisions, each as <c>duration,scope,value</c>.</summary>
    internal async Task ImportAsync(IEnumerable<string> decisions)
    {
        var file = System.IO.Path.Combine(_folder.FullName, "decisions.csv");
        await File.WriteAllLinesAsync(file, decisions.Prepend("duration,scope,value"));
        await CrowdSec.RunCscliAsync(TimeSpan.FromMinutes(30), "decisions", "import", "-i", file);
    }

    /// <summary>Waits until all of some addresses are stopped.</summary>
    /// <returns>When; null if not in time.</returns>
    internal Task<long?> UntilStoppedAsync(IReadOnlyCollection<IPAddress> addresses, TimeSpan limit) => UntilAsync(() => Probe.SendFrom(addresses).Count == 0, limit);

    internal static async Task<long?> UntilAsync(Func<bool> holds, TimeSpan limit)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(begin) > limit)
            {
                return null;
            }

            await Task.Delay(s_pause);
        }

        return Stopwatch.GetTimestamp();
    }

    /// <summary>How many networks the firewall holds.</summary>
    internal int CountElements()
    {
        var listed = _path.Firewall.Nft("list ruleset");
        var count = 0;
        for (var at = 0; (at = listed.IndexOf(" expires ", at, StringComparison.Ordinal)) >= 0; at++)
        {
            count++;
        }

        return count;
    }

    private string LogFile(Subject subject) => System.IO.Path.Combine(_folder.FullName, subject.Name, "log");

    public async ValueTask DisposeAsync()
    {
        Relay.Dispose();
        await CrowdSec.DisposeAsync();
        Probe.Dispose();
        _path.Dispose();
        _folder.Delete(recursive: true);
    }
}

using System.Diagnostics;
using System.Globalization;
using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.Snapshots;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Snapshots;

/// <summary>A process that is killed while it saves leaves one whole snapshot. <c>BOUNCERS_SNAPSHOT_KILLS</c> sets how often,
/// <c>BOUNCERS_SNAPSHOT_SEED</c> when; scripts/snapshot-kills.sh runs many.</summary>
public sealed class SnapshotKillTests
{
    private const string PathVariable = "BOUNCERS_SNAPSHOT_PATH";
    private const int Held = 50_000;

    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Save_KilledAtRandomMoments_LeavesOneWholeSnapshot()
    {
        var (kills, seed) = (Number("BOUNCERS_SNAPSHOT_KILLS", 10), Number("BOUNCERS_SNAPSHOT_SEED", 1));
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("bouncer-kill-");
        try
        {
            var path = Path.Combine(folder.FullName, "decisions.snapshot");
            using (var first = new SnapshotFile(path))
            {
                Save(first, Generation(0));
            }

            var unfinished = 0;
            for (var kill = 1; kill <= kills; kill++)
            {
                await KillOnceAsync(path, TimeSpan.FromMilliseconds(random.Next(100)));
                unfinished += File.Exists(path + ".tmp") ? 1 : 0;
                AssertWhole(path, $"seed {seed}, kill {kill}");
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, seed {seed}: {unfinished} left an unfinished file beside the whole one");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The process that is killed.</summary>
    [Fact(Explicit = true)]
    public void Child_SavesUntilItIsKilled()
    {
        using var file = new SnapshotFile(Environment.GetEnvironmentVariable(PathVariable)!);
        Assert.True(file.TryLock());
        DecisionIndex[] held = [.. Enumerable.Range(1, 4).Select(Generation)];
        var watch = Stopwatch.StartNew();
        for (var save = 0; watch.Elapsed < LongestRun; save++)
        {
            Save(file, held[save % held.Length]);
        }
    }

    private static async Task KillOnceAsync(string path, TimeSpan after)
    {
        var before = File.GetLastWriteTimeUtc(path);
        var start = new ProcessStartInfo("dotnet", [typeof(SnapshotKillTests).Assembly.Location, "-noLogo", "-explicit", "only", "-method", "*" + nameof(Child_SavesUntilItIsKilled)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[PathVariable] = path;
        using var child = Process.Start(start)!;
        try
        {
            await Eventually.TrueAsync(() => File.GetLastWriteTimeUtc(path) != before);
            await Task.Delay(after, TestContext.Current.CancellationToken);
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static void Save(SnapshotFile file, DecisionIndex index) =>
        file.Replace(stream => SnapshotWriter.Write(stream, index, SnapshotBytes.Identity, default, TimeProvider.System));

    private static DecisionIndex Generation(int generation)
    {
        var rows = new DecisionRows();
        var kind = rows.Intern(new("cscli", "generation " + generation, DecisionScope.Ip, "ban", Remediation.Ban));
        var deadline = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency * 3600);
        for (var i = 0; i < Held; i++)
        {
            rows.Add(i + 1, kind, IpPrefix.Host(IpKey.FromIPv4((uint)((10 << 24) | (generation << 16) | i))), text: null, deadline);
        }

        return SnapshotBytes.Index(rows, TimeProvider.System);
    }

    private static void AssertWhole(string path, string what)
    {
        using var file = new SnapshotFile(path);
        using var stream = file.OpenRead();
        var rows = SnapshotReader.Read(stream!, stream!.Length, SnapshotBytes.Identity, TimeProvider.System).Rows;
        Assert.True(rows.Count == Held, what);
        Assert.True(rows.Kinds.Count() == 1, what);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

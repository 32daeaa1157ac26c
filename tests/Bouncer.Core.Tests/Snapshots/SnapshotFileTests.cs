using Bouncer.Snapshots;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Snapshots;

/// <summary>What is done with a file that is not as this process would have written it, or cannot be written.</summary>
public sealed class SnapshotFileTests
{
    [Fact]
    public async Task Save_CreatesAFileForTheOwnerAlone()
    {
        await using var all = await SavedAsync();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(all.Path));
        }

        Assert.False(File.Exists(all.Path + ".tmp"));
    }

    [Fact]
    public async Task Start_WithADamagedFile_SetsItAsideWithOneWarning()
    {
        await using var all = await SavedAsync();
        var bytes = await File.ReadAllBytesAsync(all.Path, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(all.Path, bytes, TestContext.Current.CancellationToken);

        await AssertRefusedAsync(all, "is damaged");
    }

    [Fact]
    public async Task Start_WithAnEmptyFile_SetsItAside()
    {
        await using var all = await SavedAsync();
        await File.WriteAllBytesAsync(all.Path, [], TestContext.Current.CancellationToken);

        await AssertRefusedAsync(all, "is damaged");
    }

    [Fact]
    public async Task Start_WithAFileOfOtherSettings_SetsItAside()
    {
        await using var all = await SavedAsync();

        await AssertRefusedAsync(all, "another LAPI, key or filter", static options => options.Sync.Origins = ["CAPI"]);
    }

    [Fact]
    public async Task Start_WithAFileThatIsTooOld_SetsItAside()
    {
        await using var all = await SavedAsync();

        await AssertRefusedAsync(all, "MaxAge", static options => options.Snapshot.MaxAge = TimeSpan.FromMinutes(30), all.Later(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Start_WithAFileFromALaterTime_SetsItAside()
    {
        await using var all = await SavedAsync();

        await AssertRefusedAsync(all, "set back", clock: all.Later(TimeSpan.FromHours(-1)));
    }

    [Fact]
    public async Task Start_WithAFileThatOthersMayWrite_SetsItAside()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        await using var all = await SavedAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(all.Path, (UnixFileMode)0b110_110_110);
        }

        await AssertRefusedAsync(all, "0600");
    }

    [Fact]
    public async Task Start_WithALink_SetsItAsideAndWritesNotThroughIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        await using var all = await SavedAsync();
        File.Move(all.Path, all.Path + ".elsewhere");
        File.CreateSymbolicLink(all.Path, all.Path + ".elsewhere");
        var before = await File.ReadAllBytesAsync(all.Path + ".elsewhere", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(all, "symbolic link");
        File.CreateSymbolicLink(all.Path, all.Path + ".elsewhere");
        File.CreateSymbolicLink(all.Path + ".tmp", all.Path + ".elsewhere");
        using var file = new SnapshotFile(all.Path);
        file.Replace<object?>(static stream =>
        {
            stream.WriteByte(1);
            return null;
        });

        Assert.Equal(before, await File.ReadAllBytesAsync(all.Path + ".elsewhere", TestContext.Current.CancellationToken));
        Assert.Null(new FileInfo(all.Path).LinkTarget);
    }

    [Fact]
    public async Task Start_OfASecondInstanceWithTheSameFile_RunsWithoutAndWarnsOnce()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await using var first = all.Instance();
        await first.StartAsync();
        await Eventually.TrueAsync(() => first.Count(1144) == 1);
        await using (var second = all.Instance())
        {
            await second.StartAsync();
            Assert.True(await second.IsBannedAsync("192.0.2.7"));
            Assert.Equal((1, 0, 0), (second.Count(1143), second.Count(1140), second.Count(1144)));
        }

        await first.DisposeAsync();
        await using var third = all.Instance();
        await third.StartAsync();
        Assert.Equal((0, 1), (third.Count(1143), third.Count(1140)));
    }

    [Fact]
    public async Task Start_WithoutTheFolder_RunsWithoutAndWarnsOnce()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await using var instance = all.Instance(options => options.Snapshot.Path = Path.Combine(all.Path, "missing", "file"));

        await instance.StartAsync();

        Assert.True(await instance.IsBannedAsync("192.0.2.7"));
        Assert.Equal(1, instance.Count(1142));
    }

    [Fact]
    public async Task Save_ThatFails_LeavesTheOldFileAndWarnsOnce()
    {
        await using var all = await SnapshotFixture.StartAsync();
        await using var instance = all.Instance();
        await instance.StartAsync();
        await Eventually.TrueAsync(() => instance.Count(1144) == 1);
        var before = await File.ReadAllBytesAsync(all.Path, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(all.Path + ".tmp");
        for (var minute = 1; minute <= 3; minute++)
        {
            all.Lapi.Database.Add($"192.0.2.{minute}", TimeSpan.FromHours(4));
            await instance.PollUntilAsync(() => instance.IsBannedAsync($"192.0.2.{minute}"));
            await instance.PollUntilAsync(() => Task.FromResult(instance.Count(1145) == 1 && all.Clock.IsArmedIn(TimeSpan.FromSeconds(30))));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(all.Path, TestContext.Current.CancellationToken));
        Directory.Delete(all.Path + ".tmp");
        await instance.PollUntilAsync(() => Task.FromResult(instance.Count(1144) == 2));
        Assert.Equal(1, instance.Count(1145));
    }

    [Fact]
    public async Task Replace_OnAFullDisk_LeavesTheOldFile()
    {
        await using var all = await SavedAsync();
        var before = await File.ReadAllBytesAsync(all.Path, TestContext.Current.CancellationToken);
        using var file = new SnapshotFile(all.Path);

        Assert.Throws<IOException>(() => file.Replace<object?>(static stream =>
        {
            stream.Write(new byte[1000]);
            throw new IOException("No space left on device");
        }));
        file.RemoveTemporary();

        Assert.Equal(before, await File.ReadAllBytesAsync(all.Path, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(all.Path + ".tmp"));
    }

    private static async Task<SnapshotFixture> SavedAsync()
    {
        var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await all.SaveAsync();
        return all;
    }

    private static async Task AssertRefusedAsync(SnapshotFixture all, string reason, Action<BouncerOptions>? configure = null, TestClock? clock = null)
    {
        await using var next = all.Instance(
            options =>
            {
                options.Sync.Startup = StartupPolicy.AllowUntilReady;
                configure?.Invoke(options);
            },
            clock);

        await next.StartAsync();

        Assert.Contains(reason, next.Text(1141), StringComparison.Ordinal);
        Assert.False(next.Status.IsReady);
        Assert.False(await next.IsBannedAsync("192.0.2.7"));
        Assert.True(Path.Exists(all.Path + ".bad"));
        Assert.False(Path.Exists(all.Path));
        Assert.Equal(0, next.Count(1140));
    }
}

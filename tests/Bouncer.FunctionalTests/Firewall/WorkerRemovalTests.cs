using System.Diagnostics;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>The worker is stopped and is to remove its bans, and nft does not let it.</summary>
[Collection(nameof(FirewallScene))]
public sealed class WorkerRemovalTests(FirewallScene scene) : IAsyncLifetime
{
    /// <summary>The host gives up after 30 seconds; a machine that is busy gets some more.</summary>
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(29);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-nft-");

    public ValueTask InitializeAsync() => scene.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await scene.ClearAsync();
    }

    [Theory]
    [InlineData("sleep 600")]
    [InlineData("exit 1")]
    [InlineData("kill -9 $$")]
    public async Task D8_RemoveOnStop_WhereNftFails_SaysSoAndEndsWith4(string fault)
    {
        await using var worker = await StartAsync(fault);
        var watch = Stopwatch.StartNew();
        Assert.Equal(4, await worker.TerminateAsync());
        Assert.True(watch.Elapsed < s_stop, $"It took {watch.Elapsed} to stop.");
        Assert.Contains("nftables could not be cleared on stopping", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Output + worker.Errors, StringComparison.Ordinal);
        Assert.False(scene.IsLetThrough("198.51.100.7"));
    }

    [Fact]
    public async Task D8_RemoveOnStop_WhereNftIsKilledOnce_RemovesTheBans()
    {
        var tried = Path.Combine(_folder.FullName, "tried");
        await using var worker = await StartAsync($"[ ! -e {tried} ] && touch {tried} && kill -9 $$");
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.True(File.Exists(tried));
        Assert.Empty(scene.Tables);
        Assert.True(scene.IsLetThrough("198.51.100.7"));
    }

    /// <summary>Starts a worker whose nft has a fault when it is to delete a table, and waits until its ban is in force.</summary>
    private async Task<WorkerProcess> StartAsync(string fault)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        var nft = Path.Combine(_folder.FullName, "nft");
        ScriptFile.Write(nft, $"""
            [ "$1" = -f ] && grep -q 'delete table' "$2" && {fault}
            exec {scene.Firewall.NftProgram} "$@"
            """);
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");
        var worker = await WorkerProcess.StartAsync(scene.Settings(("Bouncer:Firewall:RemoveOnStop", "true"), ("Bouncer:Firewall:Nftables:Program", nft)));
        await scene.BecomesAsync("198.51.100.7", isLetThrough: false);
        return worker;
    }
}

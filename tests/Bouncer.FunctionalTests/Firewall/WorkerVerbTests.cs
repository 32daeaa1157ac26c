using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>The verbs that do one thing and end, against a real CrowdSec and a real nftables.</summary>
[Collection(nameof(FirewallScene))]
public sealed class WorkerVerbTests(FirewallScene scene) : IAsyncLifetime
{
    private const string Table = "table inet crowdsec_bouncer";

    public ValueTask InitializeAsync() => scene.StartAsync();

    public async ValueTask DisposeAsync() => await scene.ClearAsync();

    [Fact]
    public async Task Verbs_InTheOrderOfAnOperator_DoWhatTheySay()
    {
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");
        await scene.CrowdSec.AddDecisionAsync("2001:db8:bad::1");

        await ExpectAsync(0, "nftables would be changed: 2 to block, 0 to block until another time, 0 to let through, and the rules around them. Nothing was written.", "plan");
        Assert.Empty(scene.Tables);

        await ExpectAsync(1, "nftables does not hold the decisions: 2 to block", "verify");
        await ExpectAsync(0, "2 networks blocked.", "apply", "--once");
        Assert.Contains(Table, scene.Tables, StringComparison.Ordinal);
        Assert.False(scene.IsLetThrough("198.51.100.7"));
        Assert.False(scene.IsLetThrough("2001:db8:bad::1"));
        Assert.True(scene.IsLetThrough("198.51.101.7"));
        await ExpectAsync(0, "nftables holds the decisions: 2 networks blocked.", "verify");
        await ExpectAsync(0, "nftables holds the decisions: there is nothing to do.", "plan", "--full");

        scene.Firewall.Nft("flush " + Table);
        await ExpectAsync(1, "and the rules around them. 'apply --once' mends it.", "verify");
        Assert.True(scene.IsLetThrough("198.51.100.7"));
        await ExpectAsync(0, "nftables was changed", "apply", "--once");
        Assert.False(scene.IsLetThrough("198.51.100.7"));

        await ExpectAsync(0, "nftables holds nothing of the name crowdsec_bouncer any more.", "clean");
        Assert.Empty(scene.Tables);
        Assert.True(scene.IsLetThrough("198.51.100.7"));
    }

    [Fact]
    public async Task PlanFull_ListsEveryStep()
    {
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");

        var (exitCode, output, _) = await WorkerProcess.RunAsync(scene.Settings(), "plan", "--full");

        Assert.Equal(0, exitCode);
        Assert.Contains("198.51.100.0", output, StringComparison.Ordinal);
        Assert.Empty(scene.Tables);
    }

    [Fact]
    public async Task Clean_NothingIsThereNoKeyAndNoLapi_EndsWith0()
    {
        var settings = scene.Settings(("Bouncer:Lapi:Url", null), ("Bouncer:Lapi:ApiKey", null));

        var (exitCode, output, errors) = await WorkerProcess.RunAsync(settings, "clean");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("nftables holds nothing of the name crowdsec_bouncer any more.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyIsRefused_SaysSoAndEndsWith3()
    {
        var (exitCode, output, errors) = await WorkerProcess.RunAsync(scene.Settings(("Bouncer:Lapi:ApiKey", "not-the-key")), "verify", "--timeout", "2");

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.Contains("'cscli bouncers list'", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-key", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_FromASystemdCredential_IsTaken()
    {
        var folder = Directory.CreateTempSubdirectory("bouncers-credentials-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "lapi-key"), CrowdSecServer.ApiKey + "\n");
            var settings = scene.Settings(("Bouncer:Lapi:ApiKey", null), ("CREDENTIALS_DIRECTORY", folder.FullName));

            var (exitCode, _, errors) = await WorkerProcess.RunAsync(settings, "plan");

            Assert.True(exitCode == 0, errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("clean")]
    public async Task NftIsMissing_SaysSoAndEndsWith4(params string[] verb)
    {
        var (exitCode, output, errors) = await WorkerProcess.RunAsync(scene.Settings(("Bouncer:Firewall:Nftables:Program", "/usr/sbin/no-such-nft")), verb);

        Assert.Equal(4, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("The firewall cannot be used: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private async Task ExpectAsync(int exitCode, string output, params string[] verb)
    {
        var ended = await WorkerProcess.RunAsync(scene.Settings(), verb);
        Assert.True(ended.ExitCode == exitCode, $"{string.Join(' ', verb)} ended with {ended.ExitCode}: {ended.Output}{ended.Errors}");
        Assert.Contains(output, ended.Output, StringComparison.Ordinal);
    }
}

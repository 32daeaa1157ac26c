using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>What the worker tells an operator who asks, or who got something wrong.</summary>
public sealed class WorkerUsageTests
{
    private static readonly Dictionary<string, string?> s_nowhere = new()
    {
        ["Bouncer:Lapi:Url"] = $"http://127.0.0.1:{FreePort.Take()}/",
        ["Bouncer:Lapi:ApiKey"] = "0123456789abcdef",
    };

    [Fact]
    public async Task Help_NamesTheVerbsAndExitCodes()
    {
        var (exitCode, output, errors) = await WorkerProcess.RunAsync(s_nowhere, "--help");

        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        Assert.All(["run", "plan", "apply", "verify", "clean"], verb => Assert.Contains($"\n  {verb} ", output, StringComparison.Ordinal));
        Assert.Contains("Exit codes: 0 done; 1 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'ban'", "ban")]
    [InlineData("'apply' needs --once; to keep the firewall in step, use 'run'.", "apply")]
    [InlineData("--timeout is from 1 to 600 seconds", "plan", "--timeout", "0")]
    [InlineData("--timeout is from 1 to 600 seconds", "plan", "--timeout", "3s")]
    [InlineData("--timeout is from 1 to 600 seconds", "verify", "--timeout", "abc")]
    [InlineData("--timeout", "verify", "--timeout=")]
    [InlineData("--timeout is from 1 to 600 seconds", "apply", "--once", "--timeout", "1.5")]
    [InlineData("--timeout is from 1 to 600 seconds", "plan", "--timeout", "00:00:03")]
    [InlineData("--timeout is from 1 to 600 seconds", "plan", "--timeout", "99999999999999999999")]
    [InlineData("--timeout is from 1 to 600 seconds", "plan", "--timeout", "-1")]
    [InlineData("--timeout", "plan", "--timeout")]
    [InlineData("--timeout", "plan", "--timeout", "3", "--timeout", "4")]
    [InlineData("--timeout", "run", "--timeout", "3")]
    [InlineData("'maybe'", "apply", "--once=maybe")]
    [InlineData("'apply' needs --once", "apply", "--once=false")]
    [InlineData("'perhaps'", "plan", "--full=perhaps")]
    [InlineData("--settings", "plan", "--settings")]
    [InlineData("settings", "plan", "--settings", "")]
    [InlineData("nowhere.rsp", "plan", "@nowhere.rsp")]
    [InlineData("--nonsense", "--nonsense")]
    public async Task U11_WrongUsage_SaysWhatAndEndsWith2(string expected, params string[] arguments)
    {
        var (exitCode, _, errors) = await WorkerProcess.RunAsync(s_nowhere, arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("verify")]
    public async Task WrongSettings_NamesAllAndEndsWith2(string verb)
    {
        var (exitCode, _, errors) = await WorkerProcess.RunAsync(
            new Dictionary<string, string?>
            {
                ["Bouncer:Lapi:Url"] = "ftp://127.0.0.1/",
                ["Bouncer:Sync:Interval"] = "00:00:00",
                ["Bouncer:Firewall:Name"] = "Not A Name",
            },
            verb);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("The settings are wrong:\n- ", errors, StringComparison.Ordinal);
        Assert.All(
            ["Bouncer:Lapi:Url", "Bouncer:Lapi:ApiKey", "Bouncer:Sync:Interval", "Bouncer:Firewall:Name"],
            key => Assert.Contains(key, errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{ \"Bouncer\": ")]
    public async Task SettingsFile_MissingOrBroken_SaysWhichAndEndsWith2(string? content)
    {
        var folder = Directory.CreateTempSubdirectory("bouncers-settings-");
        try
        {
            var file = Path.Combine(folder.FullName, "worker.json");
            if (content is not null)
            {
                await File.WriteAllTextAsync(file, content);
            }

            var (exitCode, _, errors) = await WorkerProcess.RunAsync(s_nowhere, "plan", "--settings", file);

            Assert.Equal(2, exitCode);
            Assert.Contains(file, errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("/nowhere.json", "There is no file /nowhere.json.")]
    [InlineData("/nowhere/worker.json", "There is no file /nowhere/worker.json.")]
    [InlineData("/usr", "/usr is a folder, and no file of settings.")]
    [InlineData("/usr/", "/usr/ is a folder, and no file of settings.")]
    [InlineData("/", "/ is a folder, and no file of settings.")]
    public async Task SettingsFile_ThatIsNone_IsNamedByItsFullPath(string path, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The paths are those of Linux.");

        var (exitCode, _, errors) = await WorkerProcess.RunAsync(s_nowhere, "plan", "--settings", path);

        Assert.Equal(2, exitCode);
        Assert.Equal($"The settings are wrong:\n- {expected}", errors.TrimEnd());
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("apply", "--once")]
    public async Task LapiIsDown_SaysSoAndEndsWith3(params string[] verb)
    {
        RequiredPart.Nftables.PathOrSkip();

        var (exitCode, output, errors) = await WorkerProcess.RunAsync(s_nowhere, [.. verb, "--timeout", "1"]);

        Assert.Equal(3, exitCode);
        Assert.Empty(output);
        Assert.Contains($"No decisions were received from {s_nowhere["Bouncer:Lapi:Url"]} within 1 s. No connection to LAPI at {s_nowhere["Bouncer:Lapi:Url"]} could be made: it was refused, so nothing listens there.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Nftables;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>An nft that is not what it should be. Scripts stand in for it; none touches a firewall.</summary>
public sealed class NftFaultTests : IDisposable
{
    private const string Version = "[ \"$1\" = --version ] && { echo 'nftables v1.0.6 (Lester Gooch #5)'; exit 0; }\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-nft-");
    private readonly FirewallOptions _options = new();
    private readonly BlockList _blocks = new();
    private readonly TestClock _clock = new();

    public static TheoryData<string, FirewallErrorKind, string> Failures { get; } = new()
    {
        { "echo 'Operation not permitted (you must be root)' >&2\necho 'netlink: Error: cache initialization failed: Operation not permitted' >&2\nexit 1", FirewallErrorKind.Forbidden, "CAP_NET_ADMIN" },
        { "echo '/dev/stdin:1:1-2: Error: Could not process rule: Operation not permitted' >&2\nexit 1", FirewallErrorKind.Forbidden, "root" },
        { "echo 'netlink.c:65: Unable to initialize Netlink socket: Protocol not supported' >&2\nexit 1", FirewallErrorKind.Missing, "nf_tables" },
        { "echo 'Error: JSON support not compiled-in' >&2\nexit 1", FirewallErrorKind.Missing, "JSON" },
        { "echo 'Error: syntax error near 192.0.2.77 and 2001:db8::77' >&2\nexit 1", FirewallErrorKind.Failed, "error of nft" },
        { "echo 'Error: dead::beef is bad' >&2\nexit 1", FirewallErrorKind.Failed, "error of nft" },
        { "exit 7", FirewallErrorKind.Failed, "exit code 7" },
        { "kill -SEGV $$", FirewallErrorKind.Failed, "exit code 139" },
        { "exit 0", FirewallErrorKind.Failed, "not understood" },
        { "echo '{'", FirewallErrorKind.Failed, "not understood" },
        { "echo '[]'", FirewallErrorKind.Failed, "not understood" },
        { "echo '{\"nftables\": [{\"table\": 5}]}'", FirewallErrorKind.Failed, "not understood" },
        { "echo '{\"nftables\": [{\"table\": {\"family\": 3, \"name\": \"crowdsec_bouncer\"}}]}'", FirewallErrorKind.Failed, "not understood" },
        { "echo '{\"nftables\": [{\"set\": {\"family\": \"inet\", \"table\": \"crowdsec_bouncer\"}}]}'", FirewallErrorKind.Failed, "not understood" },
        { "echo '{\"nftables\": []} {}'", FirewallErrorKind.Failed, "not understood" },
        { "head -c 70000000 /dev/zero", FirewallErrorKind.Failed, "MB of rules" },
        { "head -c 1000000 /dev/zero >&2\nexit 1", FirewallErrorKind.Failed, "error of nft" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Plan_WhenNftFails_SaysWhyWithoutAddresses(string script, FirewallErrorKind kind, string text)
    {
        var failure = await PlanFailsAsync(Version + script);
        Assert.Equal(kind, failure.Kind);
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("beef", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'nftables v0.9.2 (Scram)'", FirewallErrorKind.TooOld, "0.9.2")]
    [InlineData("echo hello", FirewallErrorKind.TooOld, "unknown")]
    [InlineData("exit 3", FirewallErrorKind.Failed, "exit code 3")]
    public async Task Plan_WithAnotherVersion_SaysSo(string script, FirewallErrorKind kind, string text)
    {
        var failure = await PlanFailsAsync(script);
        Assert.Equal(kind, failure.Kind);
        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/nft")]
    [InlineData("nft")]
    [InlineData("/etc/hostname")]
    public async Task Plan_WithoutNft_SaysHowToGetIt(string program)
    {
        _options.Nftables.Program = program;
        var failure = await Assert.ThrowsAsync<FirewallException>(() => Backend().PlanAsync(_blocks, [], mayRewrite: false, CancellationToken.None));
        Assert.Equal(FirewallErrorKind.Missing, failure.Kind);
        Assert.Contains("apt install nftables", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec sleep 1000")]
    [InlineData("sleep 1000 & echo $! > $PID; wait")]
    [InlineData("setsid sh -c 'sleep 20 & sleep 20 &'; exec sleep 1000")]
    [InlineData("yes >&2")]
    [InlineData("trap '' TERM\nwhile true; do sleep 1; done")]
    public async Task Plan_WhenNftHangs_IsGivenUpAtTheDeadline(string script)
    {
        Script($"{Version}PID={_folder.FullName}/pid\n{(script.Contains("$PID", StringComparison.Ordinal) ? "" : "echo $$ > $PID\n")}{script}");
        var plan = Backend().PlanAsync(_blocks, [], mayRewrite: false, CancellationToken.None);
        var pid = await PidAsync();

        // The script may run before its deadline has been set.
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            return plan.IsCompleted;
        });
        var failure = await Assert.ThrowsAsync<FirewallException>(() => plan);
        Assert.Equal(FirewallErrorKind.TimedOut, failure.Kind);
        await Eventually.TrueAsync(() => !IsRunning(pid));
    }

    [Fact]
    public async Task Plan_WhenCancelled_EndsNft()
    {
        Script($"{Version}echo $$ > {_folder.FullName}/pid\nsleep 1000");
        using CancellationTokenSource cancellation = new();
        var plan = Backend().PlanAsync(_blocks, [], mayRewrite: false, cancellation.Token);
        var pid = await PidAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plan);
        await Eventually.TrueAsync(() => !IsRunning(pid));
    }

    [Fact]
    public async Task Execute_WhenNftFails_ReportsWhatItSaid()
    {
        Script(Version + "[ \"$1\" = -j ] && { echo '{\"nftables\": []}'; exit 0; }\necho '/dev/stdin:1:1-9: Error: Could not process rule: Out of memory' >&2\nexit 1");
        for (var i = 0; i < 30_000; i++)
        {
            _blocks.Set(NftTable.Parse($"10.0.{i / 256}.{i % 256}"), new(TimeSpan.FromHours(1), "cscli"));
        }

        var backend = Backend();
        var plan = await backend.PlanAsync(_blocks, [], mayRewrite: false, CancellationToken.None);
        var failure = await Assert.ThrowsAsync<FirewallException>(() => backend.ExecuteAsync(plan, CancellationToken.None));
        Assert.Contains("Out of memory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nft_IsRunWithABareEnvironmentAndWithoutAShell()
    {
        Script(Version + $"env | grep -v -e ^_= -e ^PWD= -e ^SHLVL= -e ^OLDPWD= > {_folder.FullName}/env; printf '%s|' \"$@\" > {_folder.FullName}/args\necho '{{\"nftables\": []}}'");
        await Backend().PlanAsync(_blocks, [], mayRewrite: false, CancellationToken.None);
        Assert.Equal("LC_ALL=C\n", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "env")));
        Assert.Equal("-j|-t|list|ruleset|inet|", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "args")));
    }

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("nobody knows", false)]
    public async Task Execute_WhenSomeElementsAreRefused_CarriesOutTheRest(string bad, bool isRefused)
    {
        // Refuses a transaction that names the bad element, and writes down what it was given else.
        Script($$"""
            {{Version}}
            if [ "$1" = -j ]; then
              if [ -e {{_folder.FullName}}/written ]; then
                cat {{_folder.FullName}}/structure
              else
                echo '{"nftables": []}'
              fi
              exit 0
            fi
            cat "$2" > {{_folder.FullName}}/given
            if grep -q '{{bad}} ' {{_folder.FullName}}/given; then
              echo '/dev/stdin:1:33-35: Error: Could not process rule: Numerical result out of range' >&2
              echo 'add element {{bad}}' >&2
              exit 1
            fi
            cat {{_folder.FullName}}/given >> {{_folder.FullName}}/written
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "structure"), Structure("ipv4_32"));
        for (var i = 0; i < 200; i++)
        {
            _blocks.Set(NftTable.Parse($"192.0.2.{i}"), new(TimeSpan.FromHours(1), "cscli"));
        }

        var backend = Backend();
        Assert.Equal(isRefused ? 1 : 0, await backend.ExecuteAsync(await backend.PlanAsync(_blocks, [], mayRewrite: false, CancellationToken.None), CancellationToken.None));
        var written = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "written"));
        for (var i = 0; i < 200; i++)
        {
            var isWritten = written.Contains($" 192.0.2.{i} timeout", StringComparison.Ordinal);
            Assert.Equal(!isRefused || $"192.0.2.{i}" != bad, isWritten);
        }

        // One that is refused is given up on, and no longer counted, when it is no longer wanted.
        _blocks.Remove(NftTable.Parse("192.0.2.7"));
        Assert.Equal(0, await backend.ExecuteAsync(backend.PlanChanges(_blocks, [NftTable.Parse("192.0.2.7")]), CancellationToken.None));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool IsRunning(int pid)
    {
        var state = $"/proc/{pid}/stat";
        return File.Exists(state) && !File.ReadAllText(state).Contains(") Z ", StringComparison.Ordinal);
    }

    private NftablesBackend Backend() => new(_options, _clock, NullLogger<NftablesBackend>.Instance);

    private async Task<int> PidAsync()
    {
        var path = Path.Combine(_folder.FullName, "pid");
        var text = await Eventually.GetAsync(() => Task.FromResult(File.Exists(path) ? File.ReadAllText(path).Trim() : ""), read => read.Length > 0);
        return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<FirewallException> PlanFailsAsync(string script)
    {
        Script(script);
        return await Assert.ThrowsAsync<FirewallException>(() => Backend().PlanAsync(_blocks, [], mayRewrite: false, CancellationToken.None));
    }

    private void Script(string text)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The scripts are for a POSIX shell.");
            return;
        }

        var path = Path.Combine(_folder.FullName, "nft");
        ScriptFile.Write(path, text);
        _options.Nftables.Program = path;
    }

    /// <summary>What nft lists once the rules for one set are written.</summary>
    private static string Structure(string setName)
    {
        Assert.True(NftSet.TryParse(setName, out var set));
        JsonArray things =
        [
            Thing("table", new() { ["name"] = "crowdsec_bouncer" }),
            Thing("map", new() { ["name"] = setName, ["type"] = set.Type, ["map"] = "counter", ["handle"] = 2, ["flags"] = new JsonArray("timeout") }),
            Thing("counter", new() { ["name"] = "origin_cscli", ["packets"] = 0, ["bytes"] = 0 }),
        ];
        foreach (var chain in new NftRuleset(new FirewallOptions(), [], [set], ["cscli"]).Chains())
        {
            things.Add(Thing("chain", chain.IsBase
                ? new() { ["name"] = chain.Name, ["type"] = "filter", ["hook"] = chain.Name, ["prio"] = -10, ["policy"] = "accept" }
                : new() { ["name"] = chain.Name }));
            Array.ForEach([.. chain.Rules], rule => things.Add(Thing("rule", new() { ["chain"] = chain.Name, ["comment"] = NftMark.Of(rule.Text), ["expr"] = Effect(rule) })));
        }

        return new JsonObject { ["nftables"] = things }.ToJsonString();
    }

    /// <summary>What a rule looks into and does, as nft lists it.</summary>
    private static JsonArray Effect(NftRule rule) => [.. rule.Effect.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':') switch
    {
        [var verb, var target] => new JsonObject { [verb] = new JsonObject { ["target"] = target } },
        [['@', ..] set] => new JsonObject { ["match"] = new JsonObject { ["right"] = set } },
        [var verdict, ..] => new JsonObject { [verdict] = null },
        _ => throw new InvalidOperationException(part),
    })];

    private static JsonObject Thing(string kind, JsonObject thing)
    {
        thing["family"] = "inet";
        thing.TryAdd("table", "crowdsec_bouncer");
        return new() { [kind] = thing };
    }
}

using System.Collections.Concurrent;
using System.Net;
using Bouncer.TestUtils;
using Bouncer.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.Tests.Engine;

/// <summary>The verdict on an address that holds an IPv4 address: attack F9.</summary>
public sealed class EmbeddedIPv4VerdictTests
{
    private static readonly string[] s_forms = ["64:ff9b::192.0.2.10", "2002:c000:20a::1", "2002:c000:20a:5::7", "::192.0.2.10", "::ffff:0:192.0.2.10", "2001:db8:64:c000:2:a00::"];

    [Fact]
    public async Task F9_BannedIPv4InEveryForm_IsBannedWhereTheOperatorSaysSo()
    {
        await using var off = await StartAsync(null);
        await using var on = await StartAsync(["nat64", "6to4", "compatible", "translated", "2001:db8:64::/48"]);
        foreach (var form in s_forms)
        {
            Assert.Null(await off.AskAsync(form));
            Assert.Empty(off.Bouncer.CheckAll(IPAddress.Parse(form)));
            Assert.Equal("ban", await on.AskAsync(form));
            Assert.Equal("ban", Assert.Single(on.Bouncer.CheckAll(IPAddress.Parse(form))).Remediation.Name);
        }

        Assert.Null(await on.AskAsync("64:ff9b::192.0.3.10"));
        Assert.Equal("ban", await on.AskAsync("192.0.2.10"));
    }

    [Fact]
    public async Task F9_RangeAroundTheIPv4Address_Counts()
    {
        await using var sync = await StartAsync(["nat64"], "198.51.100.0/24");
        Assert.Equal("ban", await sync.AskAsync("64:ff9b::198.51.100.7"));
        Assert.Null(await sync.AskAsync("64:ff9b::198.51.101.7"));
    }

    [Fact]
    public async Task F9_DecisionsOnBothAddresses_TheStrongestCountsAndAllAreListed()
    {
        await using var sync = new SyncFixture(options => options.EmbeddedIPv4 = ["nat64"]);
        sync.Lapi.Then(
        [
            sync.Make.Make("64:ff9b::/96", "throttle"), sync.Make.Make("192.0.2.10", "captcha"),
            sync.Make.Make("64:ff9b::192.0.2.11"), sync.Make.Make("192.0.2.11", "captcha"), sync.Make.Make("192.0.2.0/24", "mfa"),
        ]);
        await sync.PullAsync();

        Assert.Equal("mfa", await sync.AskAsync("64:ff9b::192.0.2.10"));
        Assert.Equal("ban", await sync.AskAsync("64:ff9b::192.0.2.11"));
        Assert.Equal("throttle", await sync.AskAsync("64:ff9b::203.0.113.1"));
        Assert.Equal(["mfa", "captcha", "throttle"], sync.Bouncer.CheckAll(IPAddress.Parse("64:ff9b::192.0.2.10")).Select(verdict => verdict.Remediation.Name));
        Assert.Equal(["ban", "mfa", "captcha", "throttle"], sync.Bouncer.CheckAll(IPAddress.Parse("64:ff9b::192.0.2.11")).Select(verdict => verdict.Remediation.Name));
    }

    /// <summary>An address in another proves nothing, so it grants nothing.</summary>
    [Fact]
    public async Task F9_TrustedIPv4InAnotherAddress_IsNotTrusted()
    {
        await using var sync = await StartAsync(["nat64", "6to4", "compatible"], "64:ff9b::/96", "2002::/16", "192.0.2.10");
        foreach (var local in new[] { "64:ff9b::127.0.0.1", "2002:7f00:1::1", "64:ff9b::10.0.0.1" })
        {
            Assert.Equal("ban", await sync.AskAsync(local));
        }

        await using var trusting = new SyncFixture(options =>
        {
            options.EmbeddedIPv4 = ["nat64"];
            options.TrustedNetworks = ["192.0.2.0/24", "64:ff9b::198.51.100.0/120"];
        });
        trusting.Lapi.Then([trusting.Make.Make("192.0.2.10"), trusting.Make.Make("198.51.100.1")]);
        await trusting.PullAsync();
        Assert.Null(await trusting.AskAsync("192.0.2.10"));
        Assert.Equal("ban", await trusting.AskAsync("64:ff9b::192.0.2.10"));
        Assert.Null(await trusting.AskAsync("64:ff9b::198.51.100.1"));
        Assert.Equal("ban", await trusting.AskAsync("198.51.100.1"));
    }

    [Fact]
    public async Task F9_LiveMode_AsksAboutBothAndTheStrongestCounts()
    {
        var asked = new ConcurrentQueue<string>();
        await using var sync = new SyncFixture(options =>
        {
            options.EmbeddedIPv4 = ["nat64"];
            options.Sync.Mode = BouncerMode.Live;
        });
        sync.Lapi.Query = (address, _) =>
        {
            asked.Enqueue(address.ToString());
            return Task.FromResult<IReadOnlyList<Decision>>(address.ToString() switch
            {
                "192.0.2.10" => [sync.Make.Make("192.0.2.10", "captcha")],
                "64:ff9b::c000:20b" => [sync.Make.Make("64:ff9b::192.0.2.11")],
                "192.0.2.12" => throw new TimeoutException(),
                _ => [],
            });
        };

        Assert.Equal("captcha", await sync.AskAsync("64:ff9b::192.0.2.10"));
        Assert.Equal(["192.0.2.10", "64:ff9b::c000:20a"], asked.Order(StringComparer.Ordinal));
        Assert.Equal("captcha", Assert.Single(sync.Bouncer.CheckAll(IPAddress.Parse("64:ff9b::192.0.2.10"))).Remediation.Name);
        Assert.Equal("ban", await sync.AskAsync("64:ff9b::192.0.2.11"));
        Assert.Equal(VerdictSource.Unavailable, (await sync.Bouncer.CheckAsync(IPAddress.Parse("64:ff9b::192.0.2.12"), TestContext.Current.CancellationToken)).Source);
        Assert.Equal(VerdictSource.Live, (await sync.Bouncer.CheckAsync(IPAddress.Parse("64:ff9b::192.0.2.13"), TestContext.Current.CancellationToken)).Source);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task F9_LiveMode_TheQuestionsOfOneRequestShareASlot(int slots)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new ConcurrentQueue<string>();
        await using var sync = new SyncFixture(options =>
        {
            options.EmbeddedIPv4 = ["nat64"];
            options.Sync.Mode = BouncerMode.Live;
            options.Live.MaxConcurrentQueries = slots;
        });
        sync.Lapi.Query = async (address, cancellationToken) =>
        {
            asked.Enqueue(address.ToString());
            await gate.Task.WaitAsync(cancellationToken);
            return address.ToString() == "192.0.2.10" ? [sync.Make.Make("192.0.2.10")] : [];
        };

        for (var round = 0; round < 3; round++)
        {
            var check = sync.AskAsync($"64:ff9b::192.0.2.{10 + round}");
            await Eventually.TrueAsync(() => asked.Count == 2 * (round + 1));
            gate.TrySetResult();
            Assert.Equal(round == 0 ? "ban" : null, await check);
        }
    }

    /// <summary>All clients of a translator lie in one /64, which alone would get a third of the queries.</summary>
    [Fact]
    public async Task F9_LiveMode_ClientsOfATranslatorShareNoSlots()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new ConcurrentQueue<string>();
        await using var sync = new SyncFixture(options =>
        {
            options.EmbeddedIPv4 = ["nat64"];
            options.Sync.Mode = BouncerMode.Live;
        });
        sync.Lapi.Query = async (address, cancellationToken) =>
        {
            asked.Enqueue(address.ToString());
            await gate.Task.WaitAsync(cancellationToken);
            return [];
        };

        var checks = Enumerable.Range(1, 28).Select(i => sync.Bouncer.CheckAsync(IPAddress.Parse($"64:ff9b::{i}.0.2.1"), TestContext.Current.CancellationToken).AsTask()).ToArray();
        await Eventually.TrueAsync(() => asked.Count(address => address.StartsWith("64:", StringComparison.Ordinal)) > 22);
        gate.SetResult();
        await Task.WhenAll(checks);
    }

    [Fact]
    public async Task F9_Miss_AllocatesNothing()
    {
        await using var sync = await StartAsync(["nat64", "6to4", "2001:db8:64::/48"]);
        IPAddress[] clients = [IPAddress.Parse("64:ff9b::198.51.100.1"), IPAddress.Parse("2002:c633:6401::1"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("198.51.100.1")];
        void Check()
        {
            foreach (var client in clients)
            {
                var check = sync.Bouncer.CheckAsync(client);
                Assert.True(check.IsCompletedSuccessfully && check.Result.IsAllowed);
            }
        }

        for (var i = 0; i < 200; i++)
        {
            Check();
        }

        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                Check();
            }
        }));
    }

    [Theory]
    [InlineData("nat46")]
    [InlineData("64:ff9b::")]
    [InlineData("64:ff9b::/95")]
    [InlineData("2001:db8::/128")]
    [InlineData("192.0.2.0/24")]
    [InlineData("::ffff:0:0/96")]
    [InlineData("2001:db8:0:0:100::/96")]
    public void Setting_ThatIsNoForm_StopsTheStart(string form)
    {
        var services = new ServiceCollection();
        services.AddBouncerCore(options =>
        {
            options.Lapi.Url = new Uri("http://127.0.0.1:1/");
            options.Lapi.ApiKey = "key";
            options.EmbeddedIPv4 = [form];
        });
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<BouncerOptions>>().Value);
        Assert.Contains($"Bouncer:EmbeddedIPv4:0 is '{form}'", error.Message, StringComparison.Ordinal);
    }

    private static async Task<SyncFixture> StartAsync(string[]? forms, params string[] banned)
    {
        var sync = new SyncFixture(options => options.EmbeddedIPv4 = forms);
        sync.Lapi.Then([.. (banned.Length > 0 ? banned : ["192.0.2.10"]).Select(value => sync.Make.Make(value))]);
        await sync.PullAsync();
        return sync;
    }
}

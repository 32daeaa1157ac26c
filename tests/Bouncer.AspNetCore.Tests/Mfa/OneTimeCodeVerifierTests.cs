using System.Net;
using Bouncer.AspNetCore.Mfa;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Mfa;

/// <summary>C8: codes cannot be guessed, nor used twice.</summary>
public sealed class OneTimeCodeVerifierTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    private readonly TestClock _clock = new();
    private readonly FakeLogCollector _logs = new();
    private readonly OneTimeCodeVerifier _guard;
    private int _looked;

    public OneTimeCodeVerifierTests() => _guard = new OneTimeCodeVerifier(_clock, new FakeLogger<OneTimeCodeVerifier>(_logs));

    [Fact]
    public async Task C8_BruteForce_FiveTriesThenGrowingDelay()
    {
        for (var tries = 0; tries < 5; tries++)
        {
            Assert.Equal(default, await TryAsync("000000"));
        }

        int[] delays = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600];
        foreach (var delay in delays)
        {
            var before = _looked;
            Assert.Equal(delay, (await TryAsync("000000")).RetryAfter!.Value.TotalSeconds, precision: 3);
            _clock.Advance(TimeSpan.FromSeconds(delay - 1));
            Assert.NotNull((await TryAsync("000000")).RetryAfter);
            Assert.Equal(before, _looked);
            _clock.Advance(TimeSpan.FromSeconds(1.001));
            Assert.Equal(default, await TryAsync("000000"));
            Assert.Equal(before + 1, _looked);
        }
    }

    [Fact]
    public async Task C8_BruteForce_OneUserFromManyClients_AWholeDay_SeesAFewDozenCodes()
    {
        for (var second = 0; second < 86_400; second++)
        {
            await _guard.VerifyOnceAsync("alice", Client(second), "000000", Wrong);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_looked, 20, 45);
        Assert.Contains(_logs.Lines, line => line.Id == EventIds.CodesLimited && line.Level == LogLevel.Warning);
        Assert.DoesNotContain(_logs.Lines, line => line.Text.Contains("alice", StringComparison.Ordinal) || line.Text.Contains("000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C8_BruteForce_OneClientAcrossManyUsers_IsLimitedToo()
    {
        for (var user = 0; user < 1000; user++)
        {
            await _guard.VerifyOnceAsync($"user{user}", Client(1), "000000", Wrong);
        }

        Assert.Equal(5, _looked);
        Assert.Null((await _guard.VerifyOnceAsync("alice", Client(2), "000000", Wrong)).RetryAfter);
    }

    /// <summary>Who has a /48 has 65,536 clients, and an account of his own whose right codes forgive its wrong ones.</summary>
    [Fact]
    public async Task C8_OneNetwork_CausesNoRefusalOfOthers()
    {
        for (var tries = 0; tries < 200_000; tries++)
        {
            var isOwn = tries % 5 == 4;
            await _guard.VerifyOnceAsync("own", ClientV6(network: 1, tries % 65_536), isOwn ? $"{tries}" : "000000", isOwn ? Right : Wrong);
        }

        Assert.InRange(_looked, 100, 110);
        Assert.Contains(_logs.Lines, line => line.Id == EventIds.CodesLimited && line.Text.Contains("network", StringComparison.Ordinal));
        Assert.Equal(0, await CountRefusedAsync(200));
    }

    [Fact]
    public async Task C8_OneNetwork_OwnSuccess_DoesNotFreeIt()
    {
        for (var client = 0; client < 200; client++)
        {
            await _guard.VerifyOnceAsync($"victim{client}", ClientV6(1, client), "000000", Wrong);
            await _guard.VerifyOnceAsync($"own{client}", ClientV6(1, client), $"{client + 1}", Right);
        }

        Assert.Equal(100, _looked);
        Assert.Equal(30, (await _guard.VerifyOnceAsync("alice", ClientV6(1, 1000), "1", Right)).RetryAfter!.Value.TotalSeconds, precision: 3);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.True((await _guard.VerifyOnceAsync("alice", ClientV6(1, 1000), "1", Right)).IsAccepted);
    }

    /// <summary>A stranger is refused only where all four of its places are others', too.</summary>
    [Fact]
    public async Task C8_TenThousandAddresses_CauseHardlyAnyRefusalOfOthers()
    {
        for (var client = 0; client < 10_000; client++)
        {
            for (var tries = 0; tries < 5; tries++)
            {
                await _guard.VerifyOnceAsync($"victim{client}", Client(client * 256), "000000", Wrong);
            }
        }

        Assert.InRange(await CountRefusedAsync(500), 0, 20);
    }

    /// <summary>What a right code forgives is its own user's.</summary>
    [Fact]
    public async Task C8_RightCodesOfOthers_ForgiveNothing()
    {
        for (var tries = 0; tries < 5; tries++)
        {
            await _guard.VerifyOnceAsync("alice", Client(tries), "000000", Wrong);
        }

        for (var other = 0; other < 50_000; other++)
        {
            await _guard.VerifyOnceAsync($"own{other}", Client(100 + other), "1", Right);
        }

        Assert.NotNull((await TryAsync("000000")).RetryAfter);
    }

    [Fact]
    public async Task C8_BruteForce_AllAtOnce_NoMoreAreLookedAt()
    {
        var gate = new TaskCompletionSource();
        var tries = Enumerable.Range(0, 100).Select(number => _guard.VerifyOnceAsync("alice", Client(number), $"{number:000000}", async _ =>
        {
            Interlocked.Increment(ref _looked);
            await gate.Task;
            return false;
        }).AsTask()).ToArray();
        gate.SetResult();
        await Task.WhenAll(tries);
        Assert.Equal(5, _looked);
    }

    [Fact]
    public async Task C8_BruteForce_OwnSuccess_DoesNotFreeTheClient()
    {
        for (var round = 0; round < 20; round++)
        {
            await _guard.VerifyOnceAsync($"victim{round}", Client(1), "000000", Wrong);
            await _guard.VerifyOnceAsync("own", Client(1), $"{round + 1:000000}", Right);
        }

        Assert.Equal(5, _looked);
    }

    [Fact]
    public async Task RightCode_ForgivesTheUsersWrongOnes()
    {
        for (var round = 0; round < 4; round++)
        {
            for (var wrong = 0; wrong < 4; wrong++)
            {
                Assert.Null((await _guard.VerifyOnceAsync("alice", Client((round * 10) + wrong), "000000", Wrong)).RetryAfter);
            }

            Assert.True((await _guard.VerifyOnceAsync("alice", Client(round * 10), $"{round + 1:000000}", Right)).IsAccepted);
        }
    }

    [Theory]
    [InlineData("287082")]
    [InlineData(" 287082")]
    [InlineData("287 082")]
    [InlineData("287-082")]
    [InlineData("+287082")]
    [InlineData("0287082")]
    [InlineData("000287082\0")]
    public async Task C8_Replay_InAnySpelling_IsNotVerified(string again)
    {
        Assert.True((await _guard.VerifyOnceAsync("alice", Client(1), "287082", Right)).IsAccepted);
        Assert.Equal(default, await _guard.VerifyOnceAsync("alice", Client(2), again, Wrong));
        Assert.Equal(0, _looked);
        Assert.True((await _guard.VerifyOnceAsync("bob", Client(3), again, Right)).IsAccepted);
    }

    [Fact]
    public async Task C8_Replay_AllAtOnce_OneIsAccepted()
    {
        var gate = new TaskCompletionSource();
        var tries = Enumerable.Range(0, 4).Select(number => _guard.VerifyOnceAsync("alice", Client(number), "287082", async _ =>
        {
            await gate.Task;
            return true;
        }).AsTask()).ToArray();
        gate.SetResult();
        Assert.Single(await Task.WhenAll(tries), result => result.IsAccepted);
    }

    /// <summary>Identity's verifier takes a code from two steps before its own to two after it.</summary>
    [Fact]
    public async Task C8_ClockWindow_ACodeIsUsedOnceAsLongAsTheVerifierTakesIt()
    {
        var code = Totp.Compute(Secret, _clock.GetUtcNow() + TimeSpan.FromSeconds(60));
        Assert.True((await _guard.VerifyOnceAsync("alice", Client(0), code, Verify)).IsAccepted);
        var stillTaken = 0;
        for (var second = 0; second < 300; second += 10)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            stillTaken += await Verify(code) ? 1 : 0;
            var again = await _guard.VerifyOnceAsync("alice", Client(second), code, Verify);
            Assert.False(again.IsAccepted, $"after {second + 10} s");
        }

        Assert.InRange(stillTaken, 10, 15);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.True((await _guard.VerifyOnceAsync("alice", Client(1), Totp.Compute(Secret, _clock.GetUtcNow()), Verify)).IsAccepted);
    }

    [Fact]
    public async Task Totp_OfRfc6238_IsAsItsAppendixSays()
    {
        Assert.Equal("287082", Totp.Compute(Secret, DateTimeOffset.FromUnixTimeSeconds(59)));
        Assert.Equal("081804", Totp.Compute(Secret, DateTimeOffset.FromUnixTimeSeconds(1111111109)));
        Assert.True(await Verify(Totp.Compute(Secret, _clock.GetUtcNow())));
    }

    [Fact]
    public async Task VerifierThrows_TheCallerSeesItAndTheCodeStaysUnused()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _guard.VerifyOnceAsync("alice", Client(1), "287082", _ => throw new InvalidOperationException()));
        Assert.True((await _guard.VerifyOnceAsync("alice", Client(1), "287082", Right)).IsAccepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("...")]
    [InlineData(null)]
    public async Task C8_NoCodeAtAll_IsCountedAndNotLookedAt(string? code)
    {
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(default, await TryAsync(code ?? new string('1', 65_536)));
        }

        Assert.NotNull((await TryAsync("123456")).RetryAfter);
        Assert.Equal(0, _looked);
    }

    [Fact]
    public void UsedCodes_Full_RefusesRatherThanForgets()
    {
        var used = new UsedCodeCache(_clock);
        UInt128 next = 0;
        while (used.TryAdd(next))
        {
            next++;
        }

        Assert.Equal((UInt128)(1 << 18), next);
        Assert.True(used.Contains(0));
        _clock.Advance(UsedCodeCache.Memory);
        Assert.True(used.Contains(0));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(used.TryAdd(next));
        Assert.False(used.Contains(0));
    }

    /// <summary>How many of so many strangers, each with an account and a network of its own, may not use a right code at once.</summary>
    private async Task<int> CountRefusedAsync(int strangers)
    {
        var refused = 0;
        for (var number = 0; number < strangers; number++)
        {
            var result = await _guard.VerifyOnceAsync($"stranger{number}", Client(0x80_0000 + (number * 256)), "1", Right);
            refused += result.IsAccepted ? 0 : 1;
        }

        return refused;
    }

    private static ClientKey ClientV6(int network, int number) => ClientKey.Of(IPAddress.Parse($"2001:db8:{network:x}:{number:x}::1"));

    private static ClientKey Client(int number) => ClientKey.Of(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]));

    private ValueTask<OneTimeCodeResult> TryAsync(string code) => _guard.VerifyOnceAsync("alice", Client(1), code, Wrong);

    private ValueTask<bool> Wrong(string code)
    {
        _looked++;
        return new(false);
    }

    private static ValueTask<bool> Right(string code) => new(true);

    private ValueTask<bool> Verify(string code) =>
        new(Enumerable.Range(-2, 5).Any(step => Totp.Compute(Secret, _clock.GetUtcNow() + TimeSpan.FromSeconds(step * 30)) == code));
}

using System.Security.Cryptography;
using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

public sealed class ChallengeReplayStoreTests
{
    private readonly TestClock _clock = new(LocalCaptcha.Start);

    [Fact]
    public async Task TryAdd_Twice_IsAddedOnce()
    {
        var spent = new ChallengeReplayStore(_clock, NullLogger<ChallengeReplayStore>.Instance, 10);
        var id = NewId();
        Assert.True(await AddAsync(spent, id));
        Assert.False(await AddAsync(spent, id));
        Assert.True(await AddAsync(spent, NewId()));
    }

    [Fact]
    public async Task C1_WhenFull_RefusesAndForgetsNothingThatLives()
    {
        var spent = new ChallengeReplayStore(_clock, NullLogger<ChallengeReplayStore>.Instance, 100);
        byte[][] ids = [.. Enumerable.Range(0, 100).Select(_ => NewId())];
        foreach (var id in ids)
        {
            Assert.True(await AddAsync(spent, id));
        }

        Assert.False(await AddAsync(spent, NewId()));
        _clock.Advance(TimeSpan.FromMinutes(9.99));
        foreach (var id in ids)
        {
            Assert.False(await AddAsync(spent, id, LocalCaptcha.Start.AddMinutes(10)));
        }

        Assert.Equal(100, spent.Count);
    }

    [Fact]
    public async Task TryAdd_WhenFull_WarnsOnceEachTimeItFills()
    {
        const int Full = 2045;
        var logs = new FakeLogCollector();
        using var factory = LoggerFactory.Create(logging => logging.AddCollector(logs));
        var spent = new ChallengeReplayStore(_clock, factory.CreateLogger<ChallengeReplayStore>(), 1);
        var id = NewId();
        Assert.True(await AddAsync(spent, id));
        Assert.Equal(0, logs.Count(Full));
        Assert.False(await AddAsync(spent, NewId()));
        Assert.False(await AddAsync(spent, NewId()));
        Assert.Equal(1, logs.Count(Full));
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.True(await AddAsync(spent, NewId()));
        Assert.Equal(1, logs.Count(Full));
        Assert.False(await AddAsync(spent, NewId()));
        Assert.Equal(2, logs.Count(Full));
    }

    [Fact]
    public async Task TryAdd_WhenOthersExpired_HasRoomAgain()
    {
        var spent = new ChallengeReplayStore(_clock, NullLogger<ChallengeReplayStore>.Instance, 1);
        Assert.True(await AddAsync(spent, NewId()));
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.True(await AddAsync(spent, NewId()));
        Assert.Equal(1, spent.Count);
    }

    [Fact]
    public async Task C1_WhenTheClockIsSetBack_WhatMayBeForgottenIsRefused()
    {
        var spent = new ChallengeReplayStore(_clock, NullLogger<ChallengeReplayStore>.Instance, 10);
        var id = NewId();
        var until = LocalCaptcha.Start.AddMinutes(10);
        Assert.True(await AddAsync(spent, id, until));
        _clock.StepWallClock(TimeSpan.FromHours(1));
        Assert.True(await AddAsync(spent, NewId()));
        _clock.StepWallClock(TimeSpan.FromHours(-1));
        Assert.False(await AddAsync(spent, id, until));
    }

    [Fact]
    public async Task TryAdd_ByManyAtOnce_AddsEachOnceAndCountsRight()
    {
        var spent = new ChallengeReplayStore(_clock, NullLogger<ChallengeReplayStore>.Instance, 1000);
        byte[][] ids = [.. Enumerable.Range(0, 500).Select(_ => NewId())];
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            foreach (var id in ids)
            {
                count += await AddAsync(spent, id) ? 1 : 0;
            }

            return count;
        })));
        Assert.Equal(500, added.Sum());
        Assert.Equal(500, spent.Count);
    }

    private static byte[] NewId() => RandomNumberGenerator.GetBytes(16);

    private ValueTask<bool> AddAsync(ChallengeReplayStore spent, byte[] id, DateTimeOffset? until = null) =>
        spent.TryAddAsync(id, until ?? _clock.GetUtcNow().AddMinutes(10), TestContext.Current.CancellationToken);
}

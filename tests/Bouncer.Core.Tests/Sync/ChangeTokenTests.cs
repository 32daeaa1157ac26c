using Bouncer.TestUtils;

namespace Bouncer.Tests.Sync;

public sealed class ChangeTokenTests
{
    [Fact]
    public async Task ChangeToken_FiresOnceReadersSeeAChange()
    {
        await using var sync = new SyncFixture();
        var first = sync.Make.Make("192.0.2.7");
        sync.Lapi.Then([first]).Then([]).Then([sync.Make.Make("192.0.2.9")]).Then([], [first]);
        var seen = new TaskCompletionSource<int>();
        var token = sync.Store.GetChangeToken();
        using var registration = token.RegisterChangeCallback(_ => seen.SetResult(sync.Store.Count), null);

        await sync.PullAsync();
        Assert.True(token.HasChanged);
        Assert.Equal(1, await seen.Task.WaitAsync(Eventually.DefaultDeadline));

        var next = sync.Store.GetChangeToken();
        await sync.PullAsync();
        Assert.False(next.HasChanged);
        await sync.PullAsync();
        Assert.True(next.HasChanged);

        var last = sync.Store.GetChangeToken();
        await sync.PullAsync();
        Assert.True(last.HasChanged);
    }

    /// <summary>What a callback throws is its own: the synchronisation goes on.</summary>
    [Fact]
    public async Task ChangeToken_CallbackThrows_ThePullSucceeds()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.7")]);
        using var registration = sync.Store.GetChangeToken().RegisterChangeCallback(_ => throw new InvalidOperationException(), null);
        await sync.PullAsync();
        Assert.Equal(0, sync.Status.ConsecutiveFailures);
        Assert.Equal(1, sync.Store.Count);
    }
}

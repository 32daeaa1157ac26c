using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Enforcement;

/// <summary>The host stops, everything is to be removed, and the firewall does not let it.</summary>
public sealed class FirewallRemovalTests : IAsyncDisposable
{
    private readonly FirewallFixture _fixture = new(options => options.RemoveOnStop = true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D8_Stop_WhereRemovingFails_TriesAgainAndSaysSo(bool isExpected)
    {
        await StartAsync();
        _fixture.Backend.Fault = isExpected ? new FirewallException(FirewallErrorKind.Failed, "No.") : new InvalidOperationException();
        await StopAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _fixture.Backend.Calls.Count(call => call == "remove"));
        Assert.Equal(isExpected ? "No." : "An error that was not expected: InvalidOperationException.", _fixture.Firewall.Status.LastError);
        Assert.Single(Failures());
    }

    [Fact]
    public async Task D8_Stop_WhereRemovingFailsOnce_RemovesAll()
    {
        await StartAsync();
        _fixture.Backend.FaultOnce = new FirewallException(FirewallErrorKind.Failed, "No.");
        await StopAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(_fixture.Backend.Networks);
        Assert.Empty(Failures());
        Assert.Equal((0, null), (_fixture.Firewall.Status.BlockedNetworks, _fixture.Firewall.Status.LastError));
    }

    [Fact]
    public async Task D8_Stop_WhereRemovingHangs_EndsBeforeTheHostGivesUp()
    {
        await StartAsync();
        _fixture.Backend.Hold = new();
        await StopAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Single(Failures());
        Assert.Equal(1, _fixture.Firewall.Status.BlockedNetworks);
    }

    [Fact]
    public async Task D8_Stop_WhereTheHostGivesUpFirst_SaysSoAndThrowsNothing()
    {
        await StartAsync();
        _fixture.Backend.Hold = new();
        using var host = new CancellationTokenSource();
        var stop = _fixture.Service.StopAsync(host.Token);
        await Eventually.TrueAsync(() => _fixture.Backend.Calls.Contains("remove"));
        await host.CancelAsync();
        await stop;
        Assert.Single(Failures());
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private async Task StartAsync()
    {
        _fixture.Decisions.Add("192.0.2.7", TimeSpan.FromHours(1));
        await _fixture.StartAsync();
        await _fixture.BlocksAsync("192.0.2.7");
        await Eventually.TrueAsync(() => _fixture.Firewall.Status.IsApplied);
    }

    /// <summary>Stops the service, which waits for these times one after the other.</summary>
    private async Task StopAsync(params TimeSpan[] waits)
    {
        var stop = _fixture.Service.StopAsync(TestContext.Current.CancellationToken);
        foreach (var wait in waits)
        {
            await Eventually.TrueAsync(() => _fixture.Clock.IsArmedIn(wait));
            _fixture.Clock.Advance(wait);
        }

        await stop;
    }

    private IEnumerable<string> Failures() => _fixture.Log.Transcript.Where(line => line.StartsWith("4009 Error", StringComparison.Ordinal));
}

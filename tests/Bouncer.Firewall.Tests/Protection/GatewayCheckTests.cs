using System.Net;
using System.Net.Sockets;
using Bouncer.Firewall.Protection;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Protection;

/// <summary>The kernel tells nothing, and gateways change all the same.</summary>
public sealed class GatewayCheckTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly TestClock _clock = new();
    private readonly FakeLogCollector _log = new();
    private readonly SystemNetworkView _view;
    private string[] _gateways = ["192.0.2.1", "2001:db8::1"];
    private Exception? _fault;
    private int _reads;
    private int _changes;

    public GatewayCheckTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere .NET tells of changes.");
        _view = new SystemNetworkView(Find, () => throw new SocketException((int)SocketError.AccessDenied), _clock, new FakeLogger(_log));
        _view.Changed += () => Interlocked.Increment(ref _changes);
    }

    [Fact]
    public async Task Gateways_ThatChange_AreToldOfWithin30Seconds()
    {
        _view.FindGateways();
        await PassAsync();
        Assert.Equal(0, _changes);

        _gateways = ["2001:db8::1", "192.0.2.1"];
        await PassAsync();
        Assert.Equal(0, _changes);

        _gateways = ["192.0.2.9", "2001:db8::1"];
        await PassAsync();
        Assert.Equal(1, _changes);

        // Until somebody looks.
        await PassAsync();
        Assert.Equal(2, _changes);
        _view.FindGateways();
        await PassAsync();
        Assert.Equal(2, _changes);
    }

    [Fact]
    public async Task Gateways_ThatCannotBeRead_AreReadAgain()
    {
        _view.FindGateways();
        _fault = new IOException();
        await PassAsync();
        Assert.Equal(0, _changes);
        (_fault, _gateways) = (null, []);
        await PassAsync();
        Assert.Equal(1, _changes);
    }

    [Fact]
    public async Task Gateways_BeforeTheFirstLook_AreNotRead()
    {
        await Eventually.TrueAsync(() => _clock.IsArmedIn(Interval));
        _clock.Advance(Interval);
        await Eventually.TrueAsync(() => _clock.IsArmedIn(Interval));
        Assert.Equal((0, 0), (_reads, _changes));
    }

    public void Dispose()
    {
        _view?.Dispose();
    }

    private IEnumerable<IPAddress> Find()
    {
        Interlocked.Increment(ref _reads);
        return _fault is { } fault ? throw fault : _gateways.Select(IPAddress.Parse);
    }

    /// <summary>Lets the time pass until the next look, and waits for its end.</summary>
    private async Task PassAsync()
    {
        await Eventually.TrueAsync(() => _clock.IsArmedIn(Interval));
        var before = Volatile.Read(ref _reads);
        _clock.Advance(Interval);
        await Eventually.TrueAsync(() => Volatile.Read(ref _reads) > before && _clock.IsArmedIn(Interval));
    }
}

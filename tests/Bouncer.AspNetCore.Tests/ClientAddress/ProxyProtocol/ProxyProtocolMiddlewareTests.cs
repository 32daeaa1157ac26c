using System.IO.Pipelines;
using System.Net;
using System.Text;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.ClientAddress.ProxyProtocol;

/// <summary>What becomes of a connection, byte by byte.</summary>
public sealed class ProxyProtocolMiddlewareTests
{
    private const string Line = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
    private const string Issues = "bouncer.client_address.issues";
    private const string Behind = "PROXY TCP4 192.0.2.9 198.51.100.2 1 2\r\nGET / HTTP/1.1\r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_HeaderSplitAtEveryByte_TakesTheHeaderAlone(int version)
    {
        var header = version == 1 ? ProxyHeaders.V1(Line) : ProxyHeaders.V2(IPEndPoint.Parse("192.0.2.1:56324"), IPEndPoint.Parse("198.51.100.2:443"), withChecksum: true);
        for (var split = 0; split <= header.Length; split++)
        {
            await using var line = new Wire("loopback");
            await line.SendAsync(header[..split]);
            await line.SendAsync([.. header[split..], .. ProxyHeaders.V1(Behind)]);
            await line.EndAsync();
            Assert.Equal((Behind, "192.0.2.1:56324", "198.51.100.2:443"), (line.Left, line.Connection.RemoteEndPoint!.ToString(), line.Connection.LocalEndPoint!.ToString()));
            Assert.Equal("127.0.0.1:5000", line.Connection.Features.Get<ProxyProtocolFeature>()!.Proxy!.ToString());
        }
    }

    [Fact]
    public async Task Run_BadHeaderSplitAtEveryByte_IsClosedAndNothingFollows()
    {
        foreach (var bytes in ProxyHeaders.BadLines.Select(ProxyHeaders.V1).Concat(ProxyHeaders.BadBlocks().Select(bad => bad.Bytes)))
        {
            for (var split = 0; split < Math.Min(bytes.Length, 130); split++)
            {
                await using var line = new Wire("loopback");
                await line.SendAsync(bytes[..split]);
                await line.SendAsync(bytes[split..]);
                await line.EndAsync();
                Assert.True(line is { Left: null, IsClosed: true }, $"{Convert.ToHexString(bytes)} at {split}");
            }
        }
    }

    [Theory]
    [InlineData("198.51.100.7")]
    [InlineData("::ffff:198.51.100.7")]
    [InlineData("2001:db8::7")]
    [InlineData(null)]
    public async Task Run_PeerIsNotTrusted_IsClosedUnread(string? peer)
    {
        await using var line = new Wire(["loopback", "10.0.0.0/8"], peer is null ? new System.Net.Sockets.UnixDomainSocketEndPoint("/tmp/socket") : new IPEndPoint(IPAddress.Parse(peer), 1));
        await line.Done;
        Assert.True(line is { Left: null, IsClosed: true });
    }

    /// <summary>The framework believes this machine unless it is told otherwise.</summary>
    [Fact]
    public async Task Run_PeerThatOnlyTheFrameworkTrusts_IsClosedUnread()
    {
        var services = ForwardedWalkTests.ByFramework(_ => { }, "127.0.0.0/8");
        Assert.True(services.GetRequiredService<ProxyTrustMonitor>().Current.Believes(IPAddress.Loopback));
        await using var line = new Wire(services, new IPEndPoint(IPAddress.Loopback, 1));
        await line.Done.WaitAsync(Eventually.DefaultDeadline);
        Assert.True(line is { Left: null, IsClosed: true });
    }

    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData(null)]
    public async Task Run_PeerIsTrusted_IsRead(string? peer)
    {
        await using var line = new Wire(["loopback", "10.0.0.0/8", "unix"], peer is null ? new System.Net.Sockets.UnixDomainSocketEndPoint("/tmp/socket") : new IPEndPoint(IPAddress.Parse(peer), 1));
        await line.SendAsync(ProxyHeaders.V1(Line));
        await line.EndAsync();
        Assert.Equal("192.0.2.1:56324", line.Connection.RemoteEndPoint!.ToString());
    }

    [Fact]
    public async Task Run_SlowDrip_EndsAtTheDeadlineAtAnyRate()
    {
        await using var line = new Wire("loopback");
        using var counted = line.Services.Collect(Issues);
        var header = ProxyHeaders.Block(0x20, 0, new byte[4000]);
        for (var second = 0; second < 5; second++)
        {
            Assert.False(line.Done.IsCompleted);
            await line.SendAsync(header[second..(second + 1)]);
            line.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await line.Done;
        Assert.True(line is { Left: null, IsClosed: true });
        Assert.Equal(0, line.Clock.ArmedTimers);
        Assert.Equal(["bouncer.issue=proxy_header_late"], counted.Tags);
    }

    [Fact]
    public async Task Run_HeaderIsRead_LeavesNoTimerBehind()
    {
        await using var line = new Wire("loopback");
        await line.SendAsync(ProxyHeaders.V1(Line));
        await line.EndAsync();
        Assert.Equal(0, line.Clock.ArmedTimers);
    }

    /// <summary>A check that only connects is no fault.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(20, "bouncer.issue=proxy_header_unreadable")]
    public async Task Run_PeerLeavesBeforeTheHeaderIsWhole_NothingFollows(int bytes, params string[] issues)
    {
        await using var line = new Wire("loopback");
        using var counted = line.Services.Collect(Issues);
        await line.SendAsync(ProxyHeaders.V1(Line)[..bytes]);
        await line.EndAsync();
        Assert.Null(line.Left);
        Assert.Equal(issues, counted.Tags);
    }

    [Theory]
    [InlineData("resets")]
    [InlineData("is gone")]
    [InlineData("is cancelled")]
    public async Task Run_ConnectionEndsBeforeTheHeader_NothingFollowsAndNothingIsSaid(string kind)
    {
        await using var line = new Wire("loopback");
        using var counted = line.Services.Collect(Issues);
        switch (kind)
        {
            case "resets":
                await line.SendAsync(ProxyHeaders.V1(Line)[..20]);
                await line.EndAsync(new ConnectionResetException("as asked"));
                break;
            case "is gone":
                await line.SendAsync(ProxyHeaders.V1(Line)[..20]);
                await line.Gone.CancelAsync();
                break;
            default:
                line.CancelRead();
                break;
        }

        await line.Done.WaitAsync(Eventually.DefaultDeadline);
        Assert.Null(line.Left);
        Assert.Empty(counted.Tags);
        Assert.Equal(0, line.Clock.ArmedTimers);
    }

    /// <summary>A connection of pipes whose reader runs within the write, so that each part is looked at by itself, and whose
    /// parts are small, so that a header lies in several.</summary>
    private sealed class Wire : IAsyncDisposable
    {
        private readonly ServiceProvider _services;
        private readonly Pipe _in = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, minimumSegmentSize: 16, useSynchronizationContext: false));
        private readonly Pipe _out = new();

        internal Wire(string network)
            : this([network], new IPEndPoint(IPAddress.Loopback, 5000))
        {
        }

        internal Wire(string[] networks, EndPoint peer)
            : this(ForwardedWalkTests.Services(networks), peer)
        {
        }

        internal Wire(ServiceProvider services, EndPoint peer)
        {
            _services = services;
            Connection = new Closable(new Duplex(_in.Reader, _out.Writer), new Duplex(_out.Reader, _in.Writer)) { RemoteEndPoint = peer, ConnectionClosed = Gone.Token };
            Done = new ProxyProtocolMiddleware(
                async connection =>
                {
                    var read = await connection.Transport.Input.ReadAtLeastAsync(Behind.Length);
                    Left = Encoding.Latin1.GetString(read.Buffer);
                },
                _services.GetRequiredService<ProxyTrustMonitor>(),
                _services.GetRequiredService<AddressNotices>(),
                Clock).RunAsync(Connection);
        }

        internal Closable Connection { get; }

        internal TestClock Clock { get; } = new();

        internal IServiceProvider Services => _services;

        internal CancellationTokenSource Gone { get; } = new();

        internal Task Done { get; }

        internal bool IsClosed => Connection.IsAborted;

        /// <summary>What the next in line found; null if it was not called.</summary>
        internal string? Left { get; private set; }

        internal async Task SendAsync(byte[] bytes) => await _in.Writer.WriteAsync(bytes);

        /// <summary>Sends nothing more, and waits for what comes of it.</summary>
        internal async Task EndAsync(Exception? error = null)
        {
            await _in.Writer.CompleteAsync(error);
            await Done;
        }

        internal void CancelRead() => _in.Reader.CancelPendingRead();

        public async ValueTask DisposeAsync()
        {
            Gone.Dispose();
            await Connection.DisposeAsync();
            await _services.DisposeAsync();
        }

        /// <summary>The framework's own tells of its end on another thread.</summary>
        internal sealed class Closable(IDuplexPipe transport, IDuplexPipe application) : DefaultConnectionContext("1", transport, application)
        {
            internal bool IsAborted { get; private set; }

            public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
        }

        private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}

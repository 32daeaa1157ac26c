using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi;

/// <summary>What a poll that brings nothing allocates. Alone, for the whole process is measured: what runs on other threads
/// counts.</summary>
[Collection(nameof(LapiClientMemoryTests))]
[CollectionDefinition(nameof(LapiClientMemoryTests), DisableParallelization = true)]
public sealed class LapiClientMemoryTests
{
    /// <summary>A poll may allocate 16 KiB; a fourth of that is for the caller's own work.</summary>
    // Each request also carries the settings of its connection, which takes some 300 bytes.
    private const int MostBytes = 13 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PullAndListAsync_WithoutNews_AllocateLittle()
    {
        using var server = new FrugalServer();
        var client = LapiClients.Create(server.Url);
        await MeasureAsync(client, polls: 50);

        Assert.InRange(await MeasureAsync(client, polls: 15), 1_024, MostBytes);
        Assert.True(server.Answers >= 2 * 65, "Each poll is two requests.");
    }

    /// <summary>The least of several polls: what other tests left behind in the process allocates beside some of them.</summary>
    private static async Task<long> MeasureAsync(LapiClient client, int polls)
    {
        var allocated = new long[polls];
        for (var poll = 0; poll < polls; poll++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var delta = await client.PullAsync(startup: false, Ct);
            var above = await client.ListAsync(new DecisionSelection { AboveId = 123_456 }, Ct);
            allocated[poll] = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.Equal((0, 0, 0), (delta.Count, delta.Deleted.Count, above.Count));
        }

        return allocated.Min();
    }

    /// <summary>A LAPI without news that allocates nothing for an answer: it shares the process with its client.</summary>
    private sealed class FrugalServer : IDisposable
    {
        private static readonly byte[] Delta = Answer("""{"new": [], "deleted": []}""");
        private static readonly byte[] List = Answer("null");
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly Thread _serving;
        private Socket? _connection;

        internal FrugalServer()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _serving = new Thread(Serve);
            _serving.Start();
        }

        internal Uri Url => new($"http://{_listener.LocalEndPoint}/");

        internal int Answers { get; private set; }

        public void Dispose()
        {
            _listener.Dispose();
            _connection?.Dispose();
            _serving.Join();
        }

        private void Serve()
        {
            var request = new byte[8192];
            try
            {
                _connection = _listener.Accept();
                while (_connection.Receive(request) is var length && length > 0)
                {
                    _connection.Send(request.AsSpan(0, length).IndexOf("/stream?"u8) > 0 ? Delta : List);
                    Answers++;
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private static byte[] Answer(string body) =>
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}

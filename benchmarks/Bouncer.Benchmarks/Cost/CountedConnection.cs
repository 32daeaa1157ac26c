using System.Net.Sockets;

namespace Bouncer.Benchmarks.Cost;

/// <summary>A connection whose incoming bytes are counted.</summary>
internal sealed class CountedConnection(NetworkStream wire, Traffic traffic) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes a client of one connection after another count.</summary>
    internal static void Use(SocketsHttpHandler handler, Traffic traffic) => handler.ConnectCallback = async (context, cancellationToken) =>
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new CountedConnection(new NetworkStream(socket, ownsSocket: true), traffic);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await wire.ReadAsync(buffer, cancellationToken);
        traffic.Received(read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = wire.Read(buffer, offset, count);
        traffic.Received(read);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => wire.WriteAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => wire.Write(buffer, offset, count);

    public override void Flush() => wire.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            wire.Dispose();
        }

        base.Dispose(disposing);
    }
}

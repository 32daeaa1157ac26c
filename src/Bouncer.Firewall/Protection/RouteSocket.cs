using System.Net.Sockets;
using System.Runtime.InteropServices;
using Bouncer.Firewall.Netlink;

namespace Bouncer.Firewall.Protection;

/// <summary>Queries the Linux kernel for its routes; see rtnetlink(7). Blocks the calling thread, up to a time limit.</summary>
internal sealed class RouteSocket : IDisposable
{
    /// <summary>The netlink protocol for routes, addresses and links.</summary>
    internal const int Protocol = 0;

    /// <summary>The kernel sends no more than 32 KB at once.</summary>
    private const int Buffer = 32 * 1024;

    private static readonly TimeSpan ReceiveTimeout = TimeSpan.FromSeconds(2);

    private readonly byte[] _buffer = new byte[Buffer];
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly Socket _socket;
    private uint _sequence;

    /// <exception cref="SocketException">The kernel does not open a socket.</exception>
    internal RouteSocket(TimeProvider time, TimeSpan timeout)
    {
        (_time, _deadline) = (time, time.Now() + timeout);
        _socket = NetlinkSocket.Open(Protocol);
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)ReceiveTimeout.TotalMilliseconds;
    }

    /// <summary>Reads one message of an answer.</summary>
    internal delegate void Reader(int type, ReadOnlySpan<byte> body);

    /// <summary>Queries all objects of one kind.</summary>
    /// <param name="type">The type of the request.</param>
    /// <param name="question">The rest of the request.</param>
    /// <param name="read">Reads each message of the answer.</param>
    /// <exception cref="SocketException">The kernel refuses, or does not answer.</exception>
    /// <exception cref="IOException">The whole answer takes too long.</exception>
    internal void Dump(ushort type, ReadOnlySpan<byte> question, Reader read)
    {
        const ushort requestDump = 0x301;

        Span<byte> request = stackalloc byte[NetlinkMessages.Header + question.Length];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], type);
        MemoryMarshal.Write(request[6..], requestDump);
        MemoryMarshal.Write(request[8..], ++_sequence);
        question.CopyTo(request[NetlinkMessages.Header..]);
        _socket.Send(request);
        while (Read(_buffer.AsSpan(0, _socket.Receive(_buffer)), read))
        {
            if (_time.Now() > _deadline)
            {
                throw new IOException("The kernel has more routes than could be read in time.");
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <returns>False when the answer is complete.</returns>
    private bool Read(ReadOnlySpan<byte> messages, Reader read)
    {
        const int error = 2;
        const int done = 3;

        for (NetlinkMessages answer = new(messages); answer.Next();)
        {
            if (answer.Sequence != _sequence)
            {
                continue;
            }

            if (answer.Type is error or done)
            {
                ThrowIfRefused(answer.Body);
                return false;
            }

            read(answer.Type, answer.Body);
        }

        return true;
    }

    /// <summary>The last message begins with a number, which is negative if something failed.</summary>
    private static void ThrowIfRefused(ReadOnlySpan<byte> body)
    {
        if (body.Length >= sizeof(int) && MemoryMarshal.Read<int>(body) is < 0 and var error)
        {
            throw new SocketException(-error, Marshal.GetPInvokeErrorMessage(-error));
        }
    }
}

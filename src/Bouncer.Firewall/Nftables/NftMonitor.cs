using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Bouncer.Firewall.Netlink;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Receives the kernel's messages about changes of the table, and distinguishes other programs' changes from the bouncer's
/// own.</summary>
/// <remarks>The kernel reports a transaction when it is committed, with the port of the socket that it came from. nft lets the
/// kernel choose that port, and the kernel uses the process ID. See linux/netfilter/nf_tables.h and netlink(7). Elements that
/// expire are not reported.</remarks>
internal sealed class NftMonitor : IDisposable
{
    private const int FamilyHeader = 4;
    private const int AttributeHeader = 4;
    private const int NftablesSubsystem = 10;
    private const int FamilyInet = 1;

    /// <summary>The first attribute of each message is the name of the table, except in the last message of a transaction.</summary>
    private const int TableAttribute = 1;
    private const int EndOfTransaction = 15;

    /// <summary>Room for the messages of a large transaction, which arrive all at once.</summary>
    private const int ReceiveBuffer = 32 * 1024 * 1024;

    /// <summary>The room for one element that is replaced: three messages, with the kernel's own overhead.</summary>
    private const int BytesPerElement = 1024;

    /// <summary>The number of nft processes of this bouncer that are remembered. At most two run at a time, and the messages about
    /// one arrive before it ends.</summary>
    private const int OwnRemembered = 16;

    private readonly byte[] _table;
    private readonly Action _suspected;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Queue<uint> _own = [];
    private readonly HashSet<uint> _writers = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _isTouched;
    private bool _hasLost;

    private NftMonitor(Socket socket, string table, Action suspected, ILogger logger)
    {
        (Socket, _table, _suspected, _logger) = (socket, Encoding.ASCII.GetBytes(table), suspected, logger);
        _ = Task.Run(ListenAsync);
    }

    /// <summary>The socket that it listens on.</summary>
    internal Socket Socket { get; }

    /// <summary>Whether another program changed the table since <see cref="Forget"/>, or messages were lost.</summary>
    internal bool IsSuspect
    {
        get
        {
            lock (_gate)
            {
                return _hasLost || _writers.Any(writer => !_own.Contains(writer));
            }
        }
    }

    /// <summary>Whether messages were lost since <see cref="Forget"/>.</summary>
    internal bool HasLost
    {
        get
        {
            lock (_gate)
            {
                return _hasLost;
            }
        }
    }

    /// <summary>The maximum number of elements whose messages fit into the socket's buffer.</summary>
    internal int MostElements => Socket.ReceiveBufferSize / BytesPerElement;

    /// <summary>Starts to listen; null if the kernel does not permit it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="suspected">Called, on any thread, when another program may have changed it.</param>
    /// <param name="logger">Where it logs that it cannot listen.</param>
    internal static NftMonitor? Start(string table, Action suspected, ILogger logger)
    {
        try
        {
            return new(Open(), table, suspected, logger);
        }
        catch (SocketException failure)
        {
            logger.NotHeard(table, failure.Message);
            return null;
        }
    }

    /// <summary>Starts an nft process of this bouncer, and remembers it before its first message can arrive.</summary>
    internal Process Start(Func<Process> start)
    {
        lock (_gate)
        {
            var process = start();
            _own.Enqueue((uint)process.Id);
            if (_own.Count > OwnRemembered)
            {
                _writers.Remove(_own.Dequeue());
            }

            return process;
        }
    }

    /// <summary>Forgets past changes; called before the table is read.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _writers.Clear();
            _hasLost = false;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        Socket.Dispose();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[64 * 1024];
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = await Socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, stop).ConfigureAwait(false);
                Hear(buffer.AsSpan(0, length));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                lock (_gate)
                {
                    _hasLost = true;
                }
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (!stop.IsCancellationRequested)
                {
                    _logger.NotHeard(Encoding.ASCII.GetString(_table), failure.Message);
                }

                return;
            }

            if (IsSuspect)
            {
                _suspected();
            }
        }
    }

    private void Hear(ReadOnlySpan<byte> messages)
    {
        for (NetlinkMessages told = new(messages); told.Next();)
        {
            Hear(told.Type, told.Port, told.Body);
        }
    }

    private void Hear(int type, uint port, ReadOnlySpan<byte> body)
    {
        if (type >> 8 != NftablesSubsystem)
        {
            return;
        }

        if ((type & byte.MaxValue) != EndOfTransaction)
        {
            _isTouched |= IsOfTable(body);
        }
        else if (_isTouched)
        {
            _isTouched = false;
            lock (_gate)
            {
                _writers.Add(port);
            }
        }
    }

    private bool IsOfTable(ReadOnlySpan<byte> body)
    {
        if (body.Length < FamilyHeader + AttributeHeader || body[0] != FamilyInet || BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) != TableAttribute)
        {
            return false;
        }

        var attribute = body[FamilyHeader..Math.Min(FamilyHeader + BinaryPrimitives.ReadUInt16LittleEndian(body[4..]), body.Length)];
        return attribute.Length > AttributeHeader && attribute[AttributeHeader..].TrimEnd((byte)0).SequenceEqual(_table);
    }

    private static Socket Open()
    {
        const int netlinkNetfilter = 12;
        const int groupNftables = 7;
        const int levelSocket = 1;
        const int receiveBufferForce = 33;

        var socket = NetlinkSocket.Open(netlinkNetfilter, groupNftables);
        try
        {
            socket.SetRawSocketOption(levelSocket, receiveBufferForce, BitConverter.GetBytes(ReceiveBuffer));
        }
        catch (SocketException)
        {
            // In a user namespace, only the system-wide limit is available.
            socket.ReceiveBufferSize = ReceiveBuffer;
        }

        return socket;
    }
}

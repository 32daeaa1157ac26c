using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Netlink;

/// <summary>Enumerates the messages in one datagram from the kernel; a malformed one ends the enumeration. See
/// netlink(7).</summary>
/// <param name="rest">The consecutive messages.</param>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> rest)
{
    /// <summary>The length of the header of each message.</summary>
    internal const int Header = 16;

    private ReadOnlySpan<byte> _rest = rest;

    internal int Type { get; private set; }

    /// <summary>The sequence number of the request that this message answers.</summary>
    internal uint Sequence { get; private set; }

    /// <summary>The port of the socket that sent or caused the message.</summary>
    internal uint Port { get; private set; }

    internal ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Advances to the next message.</summary>
    internal bool Next()
    {
        if (_rest.Length < Header || MemoryMarshal.Read<uint>(_rest) is var length && (length < Header || length > _rest.Length))
        {
            return false;
        }

        Type = MemoryMarshal.Read<ushort>(_rest[4..]);
        Sequence = MemoryMarshal.Read<uint>(_rest[8..]);
        Port = MemoryMarshal.Read<uint>(_rest[12..]);
        Body = _rest[Header..(int)length];
        _rest = _rest[(int)Math.Min((length + 3) & ~3u, (uint)_rest.Length)..];
        return true;
    }
}

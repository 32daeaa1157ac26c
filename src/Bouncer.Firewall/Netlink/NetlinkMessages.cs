using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Netlink;

/// <summary>Goes through the messages that came at once from the kernel; what does not fit ends them. See netlink(7).</summary>
/// <param name="rest">The messages, one behind the other.</param>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> rest)
{
    /// <summary>The length of what stands before each body.</summary>
    internal const int Header = 16;

    private ReadOnlySpan<byte> _rest = rest;

    internal int Type { get; private set; }

    /// <summary>The number of the question that this answers.</summary>
    internal uint Sequence { get; private set; }

    /// <summary>The socket that it comes from, or that caused it.</summary>
    internal uint Port { get; private set; }

    internal ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Goes to the next one.</summary>
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

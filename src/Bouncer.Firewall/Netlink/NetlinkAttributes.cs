using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Netlink;

/// <summary>Goes through the attributes of a netlink message; what does not fit into it ends them. See netlink(7).</summary>
/// <param name="rest">The attributes, one behind the other.</param>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    private const int Header = 4;

    /// <summary>Set in the type of attributes that hold others, or a number in the network's order.</summary>
    private const int Flags = 0xC000;

    private ReadOnlySpan<byte> _rest = rest;

    internal int Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next one.</summary>
    internal bool Next()
    {
        if (_rest.Length < Header || MemoryMarshal.Read<ushort>(_rest) is var length && (length < Header || length > _rest.Length))
        {
            return false;
        }

        Type = MemoryMarshal.Read<ushort>(_rest[2..]) & ~Flags;
        Value = _rest[Header..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}

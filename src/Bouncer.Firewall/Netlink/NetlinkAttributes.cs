using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Netlink;

/// <summary>Enumerates the attributes of a netlink message; a malformed one ends the enumeration. See netlink(7).</summary>
/// <param name="rest">The consecutive attributes.</param>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    private const int Header = 4;

    /// <summary>Flags in the type of attributes that are nested or in network byte order.</summary>
    private const int Flags = 0xC000;

    private ReadOnlySpan<byte> _rest = rest;

    internal int Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Advances to the next attribute.</summary>
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

using System.Buffers.Binary;
using System.Net;

namespace Bouncer.Net;

/// <summary>Limits concurrent work and shares the slots among networks, so that one network with many addresses leaves room for
/// others. An IPv4 /16 or IPv6 /48 gets a slot only while it has fewer slots than are free: at most half of all, less if other
/// networks compete, and always a first one while any is free. An IPv4 /24 or IPv6 /64 gets a slot only while it has fewer than
/// half as many as are free.</summary>
/// <remarks>Meant for work that waits for another machine; each operation takes a lock. Memory use depends only on the slots taken.
/// Thread-safe.</remarks>
/// <param name="count">The number of slots; at least 1.</param>
internal sealed class NetworkSlots(int count)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Network, int> _taken = [];
    private int _free = count;

    /// <summary>Takes a slot for an address if its networks have one left. Never waits.</summary>
    /// <param name="address">The address; an IPv4-mapped one counts as IPv4, a zone is ignored.</param>
    /// <returns>True if a slot was taken; <see cref="Return(IPAddress)"/> must follow.</returns>
    internal bool TryTake(IPAddress address) => TryTake(address, out _);

    /// <inheritdoc cref="TryTake(IPAddress)"/>
    /// <param name="address">The address.</param>
    /// <param name="isFull">Whether no slot was taken although the address's networks hold none: others hold all of them.</param>
    internal bool TryTake(IPAddress address, out bool isFull)
    {
        var (near, wide) = NetworksOf(address);
        lock (_lock)
        {
            var (ofNear, ofWide) = (_taken.GetValueOrDefault(near), _taken.GetValueOrDefault(wide));

            // Providers hand out a /64 for free and a /48 for little: the limit of the wide network bounds the many near ones in it.
            if (2 * ofNear >= _free || ofWide >= _free)
            {
                isFull = ofWide == 0;
                return false;
            }

            isFull = false;
            _free--;
            _taken[near] = ofNear + 1;
            _taken[wide] = ofWide + 1;
            return true;
        }
    }

    /// <summary>Returns a slot.</summary>
    /// <param name="address">The address that it was taken for.</param>
    internal void Return(IPAddress address)
    {
        var (near, wide) = NetworksOf(address);
        lock (_lock)
        {
            _free++;
            Lower(near);
            Lower(wide);
        }
    }

    private void Lower(Network network)
    {
        if (_taken[network] is var taken && taken > 1)
        {
            _taken[network] = taken - 1;
        }
        else
        {
            _taken.Remove(network);
        }
    }

    private static (Network Near, Network Wide) NetworksOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var isIPv4 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return isIPv4 ? (Network.Of(bits, 96 + 24), Network.Of(bits, 96 + 16)) : (Network.Of(bits, 64), Network.Of(bits, 48));
    }

    private readonly record struct Network(UInt128 Bits, int Length)
    {
        internal static Network Of(UInt128 address, int length) => new(address >> (128 - length), length);
    }
}

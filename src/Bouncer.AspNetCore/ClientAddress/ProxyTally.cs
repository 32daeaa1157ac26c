using System.Buffers.Binary;
using System.Net;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Tracks which of the named proxies have named a client, and how many requests the others have sent. Bounded: only the
/// first few hundred are counted. Takes no lock and allocates nothing. Thread-safe.</summary>
internal sealed class ProxyTally
{
    /// <summary>More than the health checks in the minutes before the first visitor.</summary>
    internal const int MostOwn = 200;

    private const int Places = 512;
    private const int Reach = 16;
    private const int NamesClients = -1;

    private readonly long[] _proxies = new long[Places];
    private readonly int[] _own = new int[Places];
    private int _silent;

    /// <summary>Whether a proxy has sent many requests without naming a client.</summary>
    internal bool HasSilent => Volatile.Read(ref _silent) > 0;

    /// <summary>Records that a proxy named a client.</summary>
    /// <param name="proxy">The proxy; null on a Unix socket.</param>
    internal void Named(IPAddress? proxy)
    {
        if (TryFind(proxy, out var place)
            && Volatile.Read(ref _own[place]) != NamesClients
            && Interlocked.Exchange(ref _own[place], NamesClients) == MostOwn)
        {
            Interlocked.Decrement(ref _silent);
        }
    }

    /// <summary>Records a request of a proxy that names no client.</summary>
    /// <param name="proxy">The proxy; null on a Unix socket.</param>
    /// <returns>Whether this makes it a proxy that names no clients.</returns>
    internal bool Own(IPAddress? proxy)
    {
        if (!TryFind(proxy, out var place))
        {
            return false;
        }

        ref var own = ref _own[place];
        while (Volatile.Read(ref own) is var seen and >= 0 and < MostOwn)
        {
            if (Interlocked.CompareExchange(ref own, seen + 1, seen) != seen)
            {
                continue;
            }

            if (seen + 1 < MostOwn)
            {
                return false;
            }

            Interlocked.Increment(ref _silent);
            return true;
        }

        return false;
    }

    /// <returns>Whether the proxy had, or got, a place.</returns>
    private bool TryFind(IPAddress? proxy, out int place)
    {
        var key = KeyOf(proxy);
        var first = (int)((ulong)key % Places);
        for (var step = 0; step < Reach; step++)
        {
            place = (first + step) % Places;
            var found = Volatile.Read(ref _proxies[place]);
            if (found == key || (found == 0 && Interlocked.CompareExchange(ref _proxies[place], key, 0) is var other && (other == 0 || other == key)))
            {
                return true;
            }
        }

        place = 0;
        return false;
    }

    /// <summary>A number for an address, the same with and without a zone and for both forms of an IPv4 address; never
    /// zero.</summary>
    private static long KeyOf(IPAddress? proxy)
    {
        if (proxy is null)
        {
            return 1;
        }

        Span<byte> bytes = stackalloc byte[16];
        proxy.TryWriteBytes(bytes, out var length);
        var (high, low) = length == 4 ? (0UL, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return (long)(((high * 0x9E37_79B9_7F4A_7C15) ^ (low * 0xC2B2_AE3D_27D4_EB4F)) | 2);
    }
}

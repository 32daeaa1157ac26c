namespace Bouncer.Lookup;

/// <summary>An address of one family as a key. The key of a network wider than a host also contains its length: the bits of the
/// network, a one, and zeros.</summary>
internal interface INetworkKey<TKey> : IEquatable<TKey>
    where TKey : struct, INetworkKey<TKey>
{
    /// <summary>The length of a host.</summary>
    static abstract int Width { get; }

    /// <summary>The prefix lengths of sites, longest first. The last one is 0, and neighbouring ones are at most 32 apart. Each
    /// site records which lengths are in use within it.</summary>
    static abstract ReadOnlySpan<byte> Sites { get; }

    /// <summary>The length of a network, read from its key.</summary>
    int Length { get; }

    /// <summary>The key of the network around this address.</summary>
    /// <param name="length">Less than <see cref="Width"/>.</param>
    TKey Network(int length);

    /// <summary>A number that is unpredictable from outside.</summary>
    uint Hash();

    /// <summary>The position of this address in the filter of all sites of the first length.</summary>
    uint Place();

    /// <summary>Gets the range of positions of a network's addresses in that filter; false if they are scattered.</summary>
    bool TryGetPlaces(out uint first, out uint last);
}

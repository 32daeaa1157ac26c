namespace Bouncer.Lookup;

/// <summary>An address of one family as a key. A network that is wider than a host has a key too, which tells its length as
/// well: the bits of the network, a one, and zeros.</summary>
internal interface INetworkKey<TKey> : IEquatable<TKey>
    where TKey : struct, INetworkKey<TKey>
{
    /// <summary>The length of a host.</summary>
    static abstract int Width { get; }

    /// <summary>The lengths at which networks are looked for, the longest first, the last one 0 and none more than 32 apart
    /// from the next: each site knows which lengths are in use within it.</summary>
    static abstract ReadOnlySpan<byte> Sites { get; }

    /// <summary>The length of a network, read from its key.</summary>
    int Length { get; }

    /// <summary>The key of the network around this address.</summary>
    /// <param name="length">Less than <see cref="Width"/>.</param>
    TKey Network(int length);

    /// <summary>A number that is unpredictable from outside.</summary>
    uint Hash();

    /// <summary>Where this address stands in the filter of all sites of the first length.</summary>
    uint Place();

    /// <summary>Where the addresses of a network stand there, from the first to the last; false if they stand all over
    /// it.</summary>
    bool TryGetPlaces(out uint first, out uint last);
}

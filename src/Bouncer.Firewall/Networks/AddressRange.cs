namespace Bouncer.Firewall.Networks;

/// <summary>The addresses of one family from the first to the last, inclusive; numbers as in
/// <see cref="Prefix.Address"/>.</summary>
internal readonly record struct AddressRange(UInt128 First, UInt128 Last) : IComparable<AddressRange>
{
    internal static AddressRange Of(Prefix network) => new(network.Address, network.Last);

    internal static AddressRange WholeOf(bool isIPv4) => new(0, isIPv4 ? uint.MaxValue : UInt128.MaxValue);

    internal bool Contains(AddressRange other) => First <= other.First && other.Last <= Last;

    internal bool Overlaps(AddressRange other) => First <= other.Last && other.First <= Last;

    /// <summary>Returns the network with exactly these addresses; null if there is none.</summary>
    internal Prefix? ToPrefix(bool isIPv4)
    {
        // The host bits are those in which the ends differ; in a network they are all 0 in the first and all 1 in the last.
        var hostBits = First ^ Last;
        return (hostBits & (hostBits + 1)) == 0 && (First & hostBits) == 0
            ? new Prefix(First, (byte)((isIPv4 ? 32 : 128) - (int)UInt128.PopCount(hostBits)), isIPv4)
            : null;
    }

    /// <summary>By the first address, then by the last.</summary>
    public int CompareTo(AddressRange other)
    {
        var byFirst = First.CompareTo(other.First);
        return byFirst != 0 ? byFirst : Last.CompareTo(other.Last);
    }
}

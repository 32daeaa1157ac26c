namespace Bouncer.Lookup;

/// <summary>The place of an IPv4 /16 in the table: its block, if anything covers any of it, and beside it, so that most
/// misses read no more than this, a bit for each /22 that something covers.</summary>
internal readonly record struct Ipv4Slot<T>(Ipv4Block<T>? Block, ulong Subnets)
    where T : class
{
    internal static Ipv4Slot<T> Of(Ipv4Block<T>? block) => new(block, block?.Subnets() ?? 0);

    internal Ipv4Block<T>? Find(ushort place) => (Subnets >> (place >> 10) & 1) == 0 ? null : Block;
}

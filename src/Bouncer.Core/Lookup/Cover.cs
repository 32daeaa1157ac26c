namespace Bouncer.Lookup;

/// <summary>A network among others in a space of 65,536 places, and the next wider one around it. Immutable.</summary>
internal sealed class Cover<T>(ushort start, byte bits, T value, Cover<T>? parent)
    where T : class
{
    internal ushort Start => start;

    /// <summary>How many bits of the place the network fixes, 0 to 16.</summary>
    internal byte Bits => bits;

    internal T Value => value;

    internal Cover<T>? Parent => parent;

    /// <summary>The first place behind the network.</summary>
    internal int End => start + (1 << (16 - bits));
}

namespace Bouncer.Lookup;

/// <summary>A network to be put or, with no value, removed.</summary>
internal readonly record struct Ipv4Change<T>(uint Address, byte Length, T? Value)
    where T : class
{
    /// <summary>The place of the /16 it is in.</summary>
    internal int Block => (int)(Address >> 16);
}

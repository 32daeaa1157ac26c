namespace Bouncer.Lookup;

/// <summary>An IPv4 network as a key.</summary>
internal readonly record struct Ipv4Key(uint Address, int Length)
{
    public override int GetHashCode() => (int)SeededHash.Of(Address, (uint)Length);
}

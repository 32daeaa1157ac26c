using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>A network of a <see cref="PrefixTable{T}"/> and its value. Immutable, so tables and nodes share it.</summary>
internal sealed class PrefixEntry<T>(IpPrefix prefix, T value)
    where T : class
{
    internal IpPrefix Prefix { get; } = prefix;

    internal T Value { get; } = value;
}

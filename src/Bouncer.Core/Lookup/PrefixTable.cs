using System.Diagnostics.CodeAnalysis;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>An immutable map from networks to values, both address families; answers which networks cover an address.</summary>
internal sealed class PrefixTable<T>
    where T : class
{
    internal static PrefixTable<T> Empty { get; } = new();

    internal int Count => throw new NotImplementedException();

    /// <summary>The value of exactly this network.</summary>
    internal bool TryGet(IpPrefix prefix, [NotNullWhen(true)] out T? value) => throw new NotImplementedException();

    /// <summary>Walks the values of the networks that cover an address, the widest first.</summary>
    internal CoveringEnumerator Covering(IpKey address) => throw new NotImplementedException();

    /// <summary>Every network and its value.</summary>
    internal IEnumerable<KeyValuePair<IpPrefix, T>> Enumerate() => throw new NotImplementedException();

    /// <summary>A writer that starts from this table and leaves it as it is.</summary>
    internal Builder ToBuilder() => throw new NotImplementedException();

    internal ref struct CoveringEnumerator
    {
        public readonly T Current => throw new NotImplementedException();

        public readonly CoveringEnumerator GetEnumerator() => this;

        public bool MoveNext() => throw new NotImplementedException();
    }

    /// <summary>Collects changes and gives the table that has them; parts it did not touch are shared.</summary>
    internal sealed class Builder
    {
        internal bool TryGet(IpPrefix prefix, [NotNullWhen(true)] out T? value) => throw new NotImplementedException();

        internal void Set(IpPrefix prefix, T value) => throw new NotImplementedException();

        internal bool Remove(IpPrefix prefix) => throw new NotImplementedException();

        internal PrefixTable<T> ToTable() => throw new NotImplementedException();
    }
}

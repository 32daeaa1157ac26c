namespace Bouncer.Lapi.Wire;

/// <summary>Gives one object for texts that repeat within an answer, so that a million decisions share their few origins,
/// scenarios and types, and those are decoded once. Bounded: when full, further texts get one each. Not for several
/// threads.</summary>
internal sealed class TextPool
{
    private const int Capacity = 4096;

    private readonly HashSet<PooledText>.AlternateLookup<ReadOnlySpan<byte>> _texts =
        new HashSet<PooledText>(new ByBytes()).GetAlternateLookup<ReadOnlySpan<byte>>();

    private PooledText _last = PooledText.Empty;

    internal PooledText Get(ReadOnlySpan<byte> utf8)
    {
        // Mostly a member says the same as in the decision before.
        if (!utf8.SequenceEqual(_last.Utf8))
        {
            _last = Find(utf8);
        }

        return _last;
    }

    private PooledText Find(ReadOnlySpan<byte> utf8)
    {
        if (_texts.TryGetValue(utf8, out var known))
        {
            return known;
        }

        var added = new PooledText(utf8);
        if (_texts.Set.Count < Capacity)
        {
            _texts.Set.Add(added);
        }

        return added;
    }

    private sealed class ByBytes : IEqualityComparer<PooledText>, IAlternateEqualityComparer<ReadOnlySpan<byte>, PooledText>
    {
        public bool Equals(PooledText? x, PooledText? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Utf8.SequenceEqual(y.Utf8));

        public bool Equals(ReadOnlySpan<byte> alternate, PooledText other) => alternate.SequenceEqual(other.Utf8);

        public int GetHashCode(PooledText obj) => obj.GetHashCode();

        public int GetHashCode(ReadOnlySpan<byte> alternate) => PooledText.Hash(alternate);

        public PooledText Create(ReadOnlySpan<byte> alternate) => new(alternate);
    }
}

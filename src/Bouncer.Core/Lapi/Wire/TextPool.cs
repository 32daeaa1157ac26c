namespace Bouncer.Lapi.Wire;

/// <summary>Gives one string for texts that repeat within an answer, so that a million decisions share their few origins,
/// scenarios and types. Bounded: when full, further texts get a string each. Not for several threads.</summary>
internal sealed class TextPool
{
    private const int Capacity = 4096;

    private readonly HashSet<string> _texts;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal TextPool()
    {
        _texts = new HashSet<string>(StringComparer.Ordinal);
        _lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal string Get(ReadOnlySpan<char> text)
    {
        if (_lookup.TryGetValue(text, out var known))
        {
            return known;
        }

        var added = text.ToString();
        if (_texts.Count < Capacity)
        {
            _texts.Add(added);
        }

        return added;
    }
}

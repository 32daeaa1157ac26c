namespace Bouncer.Lookup;

/// <summary>
/// Networks in a space of 65,536 places, cut into intervals that do not overlap: each has the most specific network over
/// it, from which <see cref="Cover{T}.Parent"/> leads to the wider ones. Immutable.
/// </summary>
internal sealed class Ranges<T>
    where T : class
{
    private readonly ushort[] _starts;
    private readonly Cover<T>?[] _covers;

    internal Ranges(ushort[] starts, Cover<T>?[] covers)
    {
        _starts = starts;
        _covers = covers;
    }

    internal static Ranges<T> Empty { get; } = new([0], [null]);

    internal int Count => _starts.Length;

    /// <summary>The most specific network over a place.</summary>
    internal Cover<T>? Find(int place)
    {
        var starts = _starts;
        var low = 0;
        var high = starts.Length;
        while (high - low > 1)
        {
            var middle = (low + high) >>> 1;
            if (starts[middle] <= place)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return _covers[low];
    }

    /// <summary>Exactly this network.</summary>
    internal Cover<T>? Find(ushort start, int bits)
    {
        var cover = Find(start);
        while (cover is not null && cover.Bits > bits)
        {
            cover = cover.Parent;
        }

        return cover is not null && cover.Bits == bits && cover.Start == start ? cover : null;
    }

    /// <summary>An interval: the places from <c>Start</c> to before <c>End</c>.</summary>
    internal (int Start, int End, Cover<T>? Cover) Interval(int index) =>
        (_starts[index], index + 1 < _starts.Length ? _starts[index + 1] : 1 << 16, _covers[index]);

    /// <summary>Adds every network to a list: by start, the wider before those inside it.</summary>
    internal void CopyTo(List<Cover<T>> covers)
    {
        // A network begins where an interval begins, so it is met once: in the chain of the interval that starts with it.
        for (var i = 0; i < _starts.Length; i++)
        {
            var first = covers.Count;
            for (var cover = _covers[i]; cover is not null && cover.Start == _starts[i]; cover = cover.Parent)
            {
                covers.Add(cover);
            }

            covers.Reverse(first, covers.Count - first);
        }
    }
}

namespace Bouncer.Lookup;

/// <summary>Makes ranges out of former ones and their changes: merges both in order and cuts the nested networks into
/// intervals, in one pass.</summary>
/// <remarks>A cover of which neither value nor parent changed is taken over, so that whatever refers to it need not
/// change.</remarks>
internal sealed class RangesWriter<T>(Ranges<T> former)
    where T : class
{
    private readonly List<Cover<T>> _held = [];
    private readonly List<ushort> _starts = [];
    private readonly List<Cover<T>?> _covers = [];
    private Cover<T>? _open;
    private int _next;

    /// <summary>Puts or, with no value, removes a network. Changes come in order: by start, the wider first.</summary>
    internal void Change(ushort start, byte bits, T? value)
    {
        if (_starts.Count == 0)
        {
            former.CopyTo(_held);
            Begin(0);
        }

        while (_next < _held.Count && (_held[_next].Start, _held[_next].Bits).CompareTo((start, bits)) < 0)
        {
            Add(_held[_next++]);
        }

        if (_next < _held.Count && _held[_next].Start == start && _held[_next].Bits == bits)
        {
            _next++;
        }

        if (value is not null)
        {
            Add(new Cover<T>(start, bits, value, _open));
        }
    }

    internal Ranges<T> ToRanges()
    {
        if (_starts.Count == 0)
        {
            return former;
        }

        while (_next < _held.Count)
        {
            Add(_held[_next++]);
        }

        CloseBefore(1 << 16);
        return _starts.Count == 1 && _covers[0] is null ? Ranges<T>.Empty : new([.. _starts], [.. _covers]);
    }

    private void Add(Cover<T> cover)
    {
        CloseBefore(cover.Start);
        _open = cover.Parent == _open ? cover : new Cover<T>(cover.Start, cover.Bits, cover.Value, _open);
        Begin(cover.Start);
    }

    /// <summary>Ends the networks that lie before a place; behind each goes on the one around it.</summary>
    private void CloseBefore(int place)
    {
        while (_open is { } cover && cover.End <= place)
        {
            _open = cover.Parent;
            if (cover.End < 1 << 16)
            {
                Begin((ushort)cover.End);
            }
        }
    }

    private void Begin(ushort start)
    {
        if (_starts.Count > 0 && _starts[^1] == start)
        {
            _covers[^1] = _open;
        }
        else
        {
            _starts.Add(start);
            _covers.Add(_open);
        }
    }
}

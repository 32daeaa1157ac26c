using System.Runtime.InteropServices;

namespace Bouncer.Lookup;

/// <summary>Changes that are not written yet: the last one for each network.</summary>
internal sealed class Ipv4Changes<T>
    where T : class
{
    private const int Digit = 13;
    private const int KeyBits = 3 * Digit;
    private const int Few = 4096;

    private Dictionary<Ipv4Key, T?> _values = [];

    internal int Count => _values.Count;

    internal bool TryGet(Ipv4Key key, out T? value) => _values.TryGetValue(key, out value);

    /// <summary>The change of a network, to be written; null and new if there was none.</summary>
    internal ref T? Of(Ipv4Key key, out bool isHeld) => ref CollectionsMarshal.GetValueRefOrAddDefault(_values, key, out isHeld);

    internal void Forget(Ipv4Key key) => _values.Remove(key);

    /// <summary>Hands all changes out, by address and the wider first, and forgets them.</summary>
    internal Ipv4Change<T>[] Take()
    {
        var keys = new ulong[_values.Count];
        var values = new T?[keys.Length];
        var order = new int[keys.Length];
        var next = 0;
        foreach (var (key, value) in _values)
        {
            keys[next] = ((ulong)key.Address << 6) | (uint)key.Length;
            values[next] = value;
            order[next] = next++;
        }

        _values = [];
        if (keys.Length < Few)
        {
            Array.Sort(keys, order);
        }
        else
        {
            SortByDigits(ref keys, ref order);
        }

        var changes = new Ipv4Change<T>[keys.Length];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = new((uint)(keys[i] >> 6), (byte)(keys[i] & 63), values[order[i]]);
        }

        return changes;
    }

    /// <summary>A radix sort, five times as fast as comparing for a million.</summary>
    private static void SortByDigits(ref ulong[] keys, ref int[] order)
    {
        var otherKeys = new ulong[keys.Length];
        var otherOrder = new int[keys.Length];
        for (var shift = 0; shift < KeyBits; shift += Digit)
        {
            var places = new int[(1 << Digit) + 1];
            foreach (var key in keys)
            {
                places[(int)((key >> shift) & ((1 << Digit) - 1)) + 1]++;
            }

            for (var i = 1; i < places.Length; i++)
            {
                places[i] += places[i - 1];
            }

            for (var i = 0; i < keys.Length; i++)
            {
                var place = places[(int)((keys[i] >> shift) & ((1 << Digit) - 1))]++;
                otherKeys[place] = keys[i];
                otherOrder[place] = order[i];
            }

            (keys, otherKeys) = (otherKeys, keys);
            (order, otherOrder) = (otherOrder, order);
        }
    }
}

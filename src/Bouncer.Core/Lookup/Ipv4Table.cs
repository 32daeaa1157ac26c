namespace Bouncer.Lookup;

/// <summary>The IPv4 networks: one <see cref="Ipv4Block{T}"/> for each /16 that anything covers, and the networks of 16
/// bits or less, which the blocks they cover refer to. Immutable.</summary>
internal sealed partial class Ipv4Table<T>
    where T : class
{
    private const int BlockBits = 16;

    private readonly PagedArray<Ipv4Slot<T>> _slots;
    private readonly Ranges<T> _wide;

    private Ipv4Table(PagedArray<Ipv4Slot<T>> slots, Ranges<T> wide, int count)
    {
        _slots = slots;
        _wide = wide;
        Count = count;
    }

    internal static Ipv4Table<T> Empty { get; } = new(PagedArray<Ipv4Slot<T>>.Create(1 << BlockBits), Ranges<T>.Empty, 0);

    internal int Count { get; }

    internal PagedArray<Ipv4Slot<T>> Slots => _slots;

    internal Ranges<T> Wide => _wide;

    /// <summary>The block of an address; null if nothing covers the address, or that can be told without the block.</summary>
    internal Ipv4Block<T>? Block(uint address) => _slots[address >> BlockBits].Find((ushort)address);

    internal T? Find(uint address, int length) => length switch
    {
        <= BlockBits => _wide.Find((ushort)(address >> BlockBits), length)?.Value,
        < 32 => Block(address)?.Ranges.Find((ushort)address, length - BlockBits)?.Value,
        _ => Block(address)?.FindHost((ushort)address),
    };

    internal Builder ToBuilder() => new(this);

    /// <summary>Every network and its value: the wide ones, then block by block the networks and the hosts.</summary>
    internal IEnumerable<(uint Address, int Length, T Value)> Enumerate()
    {
        var covers = new List<Cover<T>>();
        _wide.CopyTo(covers);
        foreach (var cover in covers)
        {
            yield return ((uint)cover.Start << BlockBits, cover.Bits, cover.Value);
        }

        foreach (var (index, slot) in _slots.Enumerate())
        {
            var block = slot.Block!;
            covers.Clear();
            block.Ranges.CopyTo(covers);
            var places = new ushort[block.Values.Length];
            block.CopyPlacesTo(places);
            foreach (var cover in covers)
            {
                yield return ((index << BlockBits) | cover.Start, cover.Bits + BlockBits, cover.Value);
            }

            for (var i = 0; i < places.Length; i++)
            {
                yield return ((index << BlockBits) | places[i], 32, block.Values[i]);
            }
        }
    }
}

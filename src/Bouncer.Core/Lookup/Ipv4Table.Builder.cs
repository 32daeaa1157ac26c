namespace Bouncer.Lookup;

internal sealed partial class Ipv4Table<T>
{
    /// <summary>Collects changes, and writes each block they touch once.</summary>
    internal sealed class Builder(Ipv4Table<T> table)
    {
        private readonly Ipv4Changes<T> _changes = new();
        private Ipv4Table<T> _table = table;
        private int _count = table.Count;

        internal T? Find(uint address, int length) =>
            _changes.TryGet(new(address, length), out var value) ? value : _table.Find(address, length);

        /// <summary>Puts or, with no value, removes a network.</summary>
        /// <returns>What was there.</returns>
        internal T? Set(uint address, int length, T? value)
        {
            var key = new Ipv4Key(address, length);
            ref var change = ref _changes.Of(key, out var isHeld);
            var former = isHeld ? change : _table.Find(address, length);
            if (ReferenceEquals(former, value) && !isHeld)
            {
                _changes.Forget(key);
                return former;
            }

            _count += (value is null ? 0 : 1) - (former is null ? 0 : 1);
            change = value;
            return former;
        }

        internal Ipv4Table<T> ToTable()
        {
            if (_changes.Count > 0)
            {
                _table = Apply(_changes.Take());
            }

            return _table;
        }

        private Ipv4Table<T> Apply(ReadOnlySpan<Ipv4Change<T>> changes)
        {
            var slots = _table._slots.ToBuilder();
            var wide = new RangesWriter<T>(_table._wide);
            var writer = new Ipv4BlockWriter<T>();
            foreach (var change in changes)
            {
                slots.Own((uint)change.Block);
            }

            while (!changes.IsEmpty)
            {
                var block = changes[0].Block;
                var end = 0;
                for (; end < changes.Length && changes[end].Block == block && changes[end].Length <= BlockBits; end++)
                {
                    wide.Change((ushort)block, changes[end].Length, changes[end].Value);
                }

                var begin = end;
                while (end < changes.Length && changes[end].Block == block)
                {
                    end++;
                }

                if (end > begin)
                {
                    var former = slots[(uint)block].Block;
                    slots[(uint)block] = Ipv4Slot<T>.Of(writer.Write(former, changes[begin..end], former?.Wider));
                }

                changes = changes[end..];
            }

            var ranges = wide.ToRanges();
            if (ranges != _table._wide)
            {
                Link(slots, ranges);
            }

            return new Ipv4Table<T>(slots.ToArray(), ranges, _count);
        }

        /// <summary>Makes every block refer to the most specific network around it.</summary>
        private static void Link(PagedArray<Ipv4Slot<T>>.Builder slots, Ranges<T> wide)
        {
            for (var i = 0; i < wide.Count; i++)
            {
                var (start, end, cover) = wide.Interval(i);
                var empty = Ipv4Slot<T>.Of(Ipv4BlockWriter<T>.Empty(cover));
                for (var place = (uint)start; place < end; place++)
                {
                    var block = slots[place].Block;
                    if (block?.Wider != cover)
                    {
                        slots[place] = block is null || block.IsEmpty ? empty : Ipv4Slot<T>.Of(block.With(cover));
                    }
                }
            }
        }
    }
}

namespace Bouncer.Lookup;

internal sealed partial class PagedArray<TItem>
{
    /// <summary>A writer that copies a page the first time it writes to it.</summary>
    internal sealed class Builder(PagedArray<TItem> array)
    {
        private Page[] _pages = array._pages;
        private bool[]? _owned;
        private PagedArray<TItem>? _array = array;

        internal int Length => _pages.Length * PageSize;

        internal TItem this[uint index]
        {
            get => _pages[index / PageSize].Items[(int)(index % PageSize)];
            set => Set((int)(index / PageSize), (int)(index % PageSize), value);
        }

        internal PagedArray<TItem> ToArray()
        {
            _owned = null;
            return _array ??= new PagedArray<TItem>(_pages);
        }

        /// <summary>Makes the page of a slot ready to be written. Pages that are made ready one after the other lie side by
        /// side in memory, away from what is made for their slots later.</summary>
        internal void Own(uint index) => Own((int)(index / PageSize));

        internal void OwnAll()
        {
            for (var page = 0; page < _pages.Length; page++)
            {
                Own(page);
            }
        }

        private void Own(int page)
        {
            if (_owned is null)
            {
                _owned = new bool[_pages.Length];
                _pages = [.. _pages];
                _array = null;
            }

            if (!_owned[page])
            {
                _owned[page] = true;
                _pages[page] = _pages[page].Clone();
            }
        }

        private void Set(int page, int slot, TItem item)
        {
            Own(page);
            _pages[page].Items[slot] = item;
            if (PagedArray<TItem>.IsEmpty(item) && _pages[page].IsEmpty())
            {
                _owned![page] = false;
                _pages[page] = NoItems;
            }
        }
    }
}

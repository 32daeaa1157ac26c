using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>An immutable array of pages. A version shares every page that it did not change, and all pages that were never written
/// are one shared page. A slot that was never written holds the default.</summary>
internal readonly struct PagedArray<TItem>
{
    internal const int PageSize = 128;
    private static readonly Page NoItems = new();

    private readonly Page[] _pages;

    private PagedArray(Page[] pages) => _pages = pages;

    internal int Length => _pages.Length * PageSize;

    internal ref readonly TItem this[uint index]
    {
        get
        {
            // The comparison reads only the reference. Without it, the runtime's null check would read the page's header, which is
            // in another cache line than the item.
            var page = _pages[index / PageSize];
            return ref page is null ? ref Unsafe.NullRef<TItem>() : ref page.Items[(int)(index % PageSize)];
        }
    }

    /// <param name="length">A multiple of the page size.</param>
    internal static PagedArray<TItem> Create(int length)
    {
        var pages = new Page[length / PageSize];
        Array.Fill(pages, NoItems);
        return new PagedArray<TItem>(pages);
    }

    /// <summary>Creates a writer that starts from this array and does not change it.</summary>
    internal Builder ToBuilder() => new(this);

    /// <summary>A writer that copies a page the first time it writes to it.</summary>
    internal sealed class Builder(PagedArray<TItem> array)
    {
        private readonly Page[] _pages = [.. array._pages];
        private readonly bool[] _owned = new bool[array._pages.Length];

        internal int Length => _pages.Length * PageSize;

        internal TItem this[uint index]
        {
            get => _pages[index / PageSize].Items[(int)(index % PageSize)];
            set
            {
                var page = index / PageSize;
                if (!_owned[page])
                {
                    _owned[page] = true;
                    _pages[page] = _pages[page].Clone();
                }

                _pages[page].Items[(int)(index % PageSize)] = value;
            }
        }

        /// <summary>Returns the array; the builder must not be used afterwards.</summary>
        internal PagedArray<TItem> ToArray() => new(_pages);
    }

    // The slots are inside the page object, which avoids an array's bounds check and the cache line that holds its length.
    [InlineArray(PageSize)]
    private struct Slots
    {
        private TItem _item;
    }

    private sealed class Page
    {
        internal Slots Items;

        internal Page Clone() => new() { Items = Items };
    }
}

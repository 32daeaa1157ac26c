using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>An immutable array cut into pages: a version shares every page it did not change, and all pages that were never
/// written are one. A slot that was never written holds the default.</summary>
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
            // The comparison looks at the reference alone. Without it the runtime would read the page's header to be sure
            // that there is a page, which is another line of memory than the item's.
            var page = _pages[index / PageSize];
            return ref page is null ? ref Unsafe.NullRef<TItem>() : ref page.Items[(int)(index % PageSize)];
        }
    }

    /// <param name="length">A multiple of the size of a page.</param>
    internal static PagedArray<TItem> Create(int length)
    {
        var pages = new Page[length / PageSize];
        Array.Fill(pages, NoItems);
        return new PagedArray<TItem>(pages);
    }

    /// <summary>A writer that starts from this array and leaves it as it is.</summary>
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

        /// <summary>The array as it is now; the builder is not used any more.</summary>
        internal PagedArray<TItem> ToArray() => new(_pages);
    }

    // The slots lie in the page itself, which saves an array's length check and the cache line that holds the length.
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

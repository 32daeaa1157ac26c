using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>An immutable array of mostly empty slots, cut into pages: a version shares every page it did not change, and
/// all empty pages are one. An empty slot holds the default.</summary>
internal sealed partial class PagedArray<TItem>
{
    private const int PageSize = 32;
    private static readonly Page NoItems = new();

    private readonly Page[] _pages;

    private PagedArray(Page[] pages) => _pages = pages;

    internal int Length => _pages.Length * PageSize;

    internal TItem this[uint index] => _pages[index / PageSize].Items[(int)(index % PageSize)];

    /// <param name="length">A multiple of 32.</param>
    internal static PagedArray<TItem> Create(int length)
    {
        var pages = new Page[length / PageSize];
        Array.Fill(pages, NoItems);
        return new PagedArray<TItem>(pages);
    }

    /// <summary>A writer that starts from this array and leaves it as it is.</summary>
    internal Builder ToBuilder() => new(this);

    /// <summary>The items in the order of their slots.</summary>
    internal IEnumerable<(uint Index, TItem Item)> Enumerate()
    {
        for (var page = 0; page < _pages.Length; page++)
        {
            for (var slot = 0; _pages[page] != NoItems && slot < PageSize; slot++)
            {
                if (!IsEmpty(_pages[page].Items[slot]))
                {
                    yield return ((uint)((page * PageSize) + slot), _pages[page].Items[slot]);
                }
            }
        }
    }

    private static bool IsEmpty(TItem item) => EqualityComparer<TItem>.Default.Equals(item, default);

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

        internal bool IsEmpty()
        {
            foreach (var item in Items)
            {
                if (!PagedArray<TItem>.IsEmpty(item))
                {
                    return false;
                }
            }

            return true;
        }
    }
}

using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Enumerates the entries of a forwarded header from right to left (proxies append on the right): its lines in order,
/// split at every comma. Quotes do not protect commas, or a client could hide what a proxy wrote after a quote. Empty entries are
/// skipped.</summary>
/// <param name="lines">The header's lines.</param>
internal struct ForwardedEntries(StringValues lines)
{
    /// <summary>The maximum number of entries that are read, including empty ones.</summary>
    internal const int Most = 256;

    /// <summary>The number of characters of an entry that are read; a longer one is not an address, and is truncated.</summary>
    internal const int Longest = 512;

    private readonly StringValues _lines = lines;
    private int _line = lines.Count;
    private string _text = "";
    private int _end = -1;
    private int _taken;

    /// <summary>Gets the next entry, trimmed.</summary>
    /// <param name="entry">The entry; if there are too many, a text that is neither an address nor a name.</param>
    internal bool TryTake(out ReadOnlySpan<char> entry)
    {
        while (_end >= 0 || _line > 0)
        {
            if (_taken++ == Most)
            {
                (_line, _end) = (0, -1);
                entry = "?";
                return true;
            }

            if (_end < 0)
            {
                _text = _lines[--_line] ?? "";
                _end = _text.Length;
            }

            var start = Math.Max(0, _end - Longest);
            var comma = _text.AsSpan(start, _end - start).LastIndexOf(',');
            if (comma < 0 && start > 0)
            {
                entry = _text.AsSpan(start, Longest);
                (_line, _end) = (0, -1);
                return true;
            }

            comma = comma < 0 ? -1 : comma + start;
            entry = _text.AsSpan(comma + 1, _end - comma - 1).Trim(" \t");
            _end = comma;
            if (!entry.IsEmpty)
            {
                return true;
            }
        }

        entry = default;
        return false;
    }
}

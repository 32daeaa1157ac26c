using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>The entries of a forwarded header from the right, as proxies wrote them from the left: its lines in order, split at
/// every comma. A quote hides no comma, or a client could hide what a proxy wrote behind it. Empty entries are left out.</summary>
/// <param name="lines">The header's lines.</param>
internal struct ForwardedEntries(StringValues lines)
{
    /// <summary>How many entries are looked at, empty ones included.</summary>
    internal const int Most = 256;

    /// <summary>How much of an entry is looked at; a longer one is no address, and is cut.</summary>
    internal const int Longest = 512;

    private readonly StringValues _lines = lines;
    private int _line = lines.Count;
    private string _text = "";
    private int _end = -1;
    private int _taken;

    /// <summary>Takes the next entry, without blanks around it.</summary>
    /// <param name="entry">The entry; where there are too many, one that is no address and no name.</param>
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

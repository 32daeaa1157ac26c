using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Caches the parsed values of a header: browsers and tools send few different texts, and parsing one costs more than
/// the rest of a refusal. Thread-safe.</summary>
/// <remarks>Clients choose the texts, so the cache is bounded in number and length; texts with the same place displace each
/// other, and which ones do is unpredictable.</remarks>
/// <param name="read">Parses a header; must return the same value for the same text.</param>
internal sealed class HeaderCache<T>(Func<StringValues, T> read)
{
    private const int Places = 64;
    private const int LongestText = 256;

    private readonly Known?[] _known = new Known?[Places];

    internal T Read(StringValues header)
    {
        if (header.Count != 1 || header[0] is not { Length: <= LongestText } text)
        {
            return read(header);
        }

        ref var place = ref _known[(uint)text.GetHashCode(StringComparison.Ordinal) % Places];
        var known = Volatile.Read(ref place);
        if (known is null || !known.Text.Equals(text, StringComparison.Ordinal))
        {
            known = new Known(text, read(header));
            Volatile.Write(ref place, known);
        }

        return known.Value;
    }

    private sealed record Known(string Text, T Value);
}

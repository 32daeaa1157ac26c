using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Remembers what was made of the few texts of a header that browsers and tools send, as reading one costs more than
/// the rest of a refusal. Safe for any number of threads.</summary>
/// <remarks>Clients choose the texts, so what is kept is bounded by number and length; texts of the same place displace each
/// other, and which do cannot be foreseen.</remarks>
/// <param name="read">Reads a header: the same text gives the same value.</param>
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

using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Remembers what <see cref="AcceptNegotiation"/> made of the few texts that browsers and tools send, as reading
/// one costs more than the rest of a refusal. Safe for any number of threads.</summary>
/// <remarks>Clients choose the texts, so what is kept is bounded by number and length; texts of the same place displace each
/// other, and nobody can foresee which do.</remarks>
internal sealed class AcceptCache
{
    private const int Places = 64;
    private const int LongestText = 256;

    private readonly Known?[] _known = new Known?[Places];

    internal BodyFormat Choose(StringValues accept)
    {
        if (accept.Count != 1 || accept[0] is not { Length: <= LongestText } text)
        {
            return AcceptNegotiation.Choose(accept);
        }

        ref var place = ref _known[(uint)text.GetHashCode(StringComparison.Ordinal) % Places];
        var known = Volatile.Read(ref place);
        if (known is null || !known.Text.Equals(text, StringComparison.Ordinal))
        {
            known = new Known(text, AcceptNegotiation.Choose(accept));
            Volatile.Write(ref place, known);
        }

        return known.Format;
    }

    private sealed record Known(string Text, BodyFormat Format);
}

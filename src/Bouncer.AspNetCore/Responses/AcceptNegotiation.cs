using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Chooses the format of a refusal by Accept (RFC 9110 12.5.1): HTML for clients that prefer HTML to JSON, a problem
/// document for all others that accept one.</summary>
internal static class AcceptNegotiation
{
    /// <summary>Browsers send about 150 characters; a longer header than this is not read.</summary>
    private const int LongestHeader = 1024;

    internal static bool IsTooLong(StringValues accept) => Length(accept) > LongestHeader;

    internal static BodyFormat Choose(StringValues accept)
    {
        if (Length(accept) is 0 or > LongestHeader || !MediaTypeHeaderValue.TryParseList(accept, out var ranges))
        {
            return BodyFormat.Problem;
        }

        var html = Best(Match(ranges, "text", "html"), Match(ranges, "application", "xhtml+xml"));
        var json = Best(Match(ranges, "application", "problem+json"), Match(ranges, "application", "json"));
        if (html is { IsExact: true, Quality: > 0 } && (html.Quality > json.Quality || (html.Quality == json.Quality && !json.IsExact)))
        {
            return BodyFormat.Html;
        }

        return json.Quality > 0 ? BodyFormat.Problem
            : html.Quality > 0 && !Match(ranges, "text", "plain").IsPreferredTo(html) ? BodyFormat.Html
            : Match(ranges, "text", "plain").Quality > 0 ? BodyFormat.Text
            : BodyFormat.Empty;
    }

    private static int Length(StringValues accept)
    {
        var length = 0;
        foreach (var line in accept)
        {
            length += line?.Length ?? 0;
        }

        return length;
    }

    private static Acceptance Best(Acceptance first, Acceptance second) => second.IsPreferredTo(first) ? second : first;

    /// <summary>How a type is accepted: the most specific matching range decides.</summary>
    private static Acceptance Match(IList<MediaTypeHeaderValue> ranges, string type, string subtype)
    {
        var best = new Acceptance(0, 0);
        foreach (var range in ranges)
        {
            var specificity = range.MatchesAllTypes ? 1
                : !range.Type.Equals(type, StringComparison.OrdinalIgnoreCase) ? 0
                : range.SubType.Equals("*", StringComparison.Ordinal) ? 2
                : range.SubType.Equals(subtype, StringComparison.OrdinalIgnoreCase) ? 3
                : 0;
            if (specificity > best.Specificity)
            {
                best = new Acceptance(specificity, range.Quality ?? 1);
            }
        }

        return best;
    }

    private readonly record struct Acceptance(int Specificity, double Quality)
    {
        internal bool IsExact => Specificity == 3;

        internal bool IsPreferredTo(Acceptance other) =>
            Quality > other.Quality || (Quality == other.Quality && Specificity > other.Specificity);
    }
}

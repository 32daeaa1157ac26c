using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Chooses a language by Accept-Language (RFC 9110 12.5.4): the requested one, or a less specific form of it (RFC 4647
/// 3.4).</summary>
internal static class LanguageNegotiation
{
    /// <summary>Browsers send about 50 characters; a longer header than this is not read.</summary>
    private const int LongestHeader = 256;

    /// <param name="accepted">The header.</param>
    /// <param name="has">Whether a language is available.</param>
    /// <returns>The best available language; null if none of the requested ones is available.</returns>
    internal static string? Choose(StringValues accepted, Func<string, bool> has)
    {
        if (accepted.Sum(static line => line?.Length ?? 0) is 0 or > LongestHeader || !StringWithQualityHeaderValue.TryParseList(accepted, out var wanted))
        {
            return null;
        }

        foreach (var value in wanted.Where(static value => value.Quality is not 0).OrderByDescending(static value => value.Quality ?? 1))
        {
            for (var tag = value.Value.Value ?? ""; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            {
                if (has(tag))
                {
                    return tag;
                }
            }
        }

        return null;
    }
}

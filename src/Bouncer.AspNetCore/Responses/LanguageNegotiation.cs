using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Chooses a language by Accept-Language (RFC 9110 12.5.4): the wanted one, or the same less exactly (RFC 4647 3.4).</summary>
internal static class LanguageNegotiation
{
    /// <summary>Browsers send some 50 characters; a longer header than this is not worth reading.</summary>
    private const int LongestHeader = 256;

    /// <param name="accepted">The header.</param>
    /// <param name="has">Whether there is a language.</param>
    /// <returns>The best language there is; null if none is wanted.</returns>
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

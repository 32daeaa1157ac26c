namespace Bouncer.Firewall.Nftables;

/// <summary>Turns origins, which may be any text, into a few words that nft accepts.</summary>
internal sealed class OriginSlugs
{
    /// <summary>How many words there are at most, not counting <see cref="Other"/>: each has a counter of its own.</summary>
    internal const int Capacity = 16;

    internal const string Other = "other";

    private const int MaxLength = 24;

    private readonly HashSet<string> _slugs = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    internal OriginSlugs() => _bySpan = _slugs.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The word for an origin; the same one each time.</summary>
    internal string Of(string origin)
    {
        Span<char> slug = stackalloc char[MaxLength];
        var length = Math.Min(origin.Length, MaxLength);
        for (var i = 0; i < length; i++)
        {
            var letter = char.ToLowerInvariant(origin[i]);
            slug[i] = char.IsAsciiLetterOrDigit(letter) ? letter : '_';
        }

        ReadOnlySpan<char> text = length == 0 ? "unknown" : slug[..length];
        if (_bySpan.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_slugs.Count >= Capacity)
        {
            return Other;
        }

        var added = text.ToString();
        _slugs.Add(added);
        return added;
    }

    /// <summary>The slug whose counter has a name; null if none has.</summary>
    internal static string? OfCounter(string name) =>
        name.StartsWith(NftRuleset.CounterPrefix, StringComparison.Ordinal) && name[NftRuleset.CounterPrefix.Length..] is var slug && IsSlug(slug) ? slug : null;

    internal static bool IsSlug(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}

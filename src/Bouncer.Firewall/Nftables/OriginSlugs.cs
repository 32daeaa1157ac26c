namespace Bouncer.Firewall.Nftables;

/// <summary>Maps origins, which may be any text, to a few slugs that nft accepts as names.</summary>
internal sealed class OriginSlugs
{
    /// <summary>The maximum number of slugs, not counting <see cref="Other"/>; each has its own counter.</summary>
    internal const int Capacity = 16;

    internal const string Other = "other";

    private const int MaxLength = 24;

    private readonly HashSet<string> _slugs = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    internal OriginSlugs() => _bySpan = _slugs.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the slug of an origin; always the same one.</summary>
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

    /// <summary>Returns the slug whose counter has a name; null if there is none.</summary>
    internal static string? OfCounter(string name) =>
        name.StartsWith(NftRuleset.CounterPrefix, StringComparison.Ordinal) && name[NftRuleset.CounterPrefix.Length..] is var slug && IsSlug(slug) ? slug : null;

    internal static bool IsSlug(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}

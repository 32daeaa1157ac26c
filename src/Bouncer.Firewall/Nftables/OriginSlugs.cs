namespace Bouncer.Firewall.Nftables;

/// <summary>Maps origins, which may be any text, to a few slugs that nft accepts as names.</summary>
internal sealed class OriginSlugs
{
    /// <summary>How many words of each family there are at most, not counting <see cref="Other"/>: each has a counter of its own.</summary>
    internal const int Capacity = 16;

    internal const string Other = "other";

    private const int MaxLength = 24;
    private const string IPv6Mark = "_v6";

    private readonly Family _ipv4 = new("");
    private readonly Family _ipv6 = new(IPv6Mark);

    /// <summary>The word for an origin and a family; the same one each time.</summary>
    internal string Of(string origin, bool isIPv4)
    {
        var family = isIPv4 ? _ipv4 : _ipv6;
        Span<char> slug = stackalloc char[MaxLength];
        var length = Math.Min(origin.Length, MaxLength);
        for (var i = 0; i < length; i++)
        {
            var letter = char.ToLowerInvariant(origin[i]);
            slug[i] = char.IsAsciiLetterOrDigit(letter) ? letter : '_';
        }

        ReadOnlySpan<char> text = length == 0 ? "unknown" : slug[..length];
        return family.Find(text) ?? (family.Count >= Capacity ? family.Other : family.Add(text.ToString(), origin));
    }

    /// <summary>The origin and the family that a slug stands for. For one that another process wrote the origin is the slug itself.</summary>
    internal (string Origin, bool IsIPv4) Meaning(string slug)
    {
        var isIPv4 = !slug.EndsWith(IPv6Mark, StringComparison.Ordinal);
        return ((isIPv4 ? _ipv4 : _ipv6).OriginOf(slug) ?? WithoutFamily(slug), isIPv4);
    }

    internal static string WithoutFamily(string slug) =>
        slug.EndsWith(IPv6Mark, StringComparison.Ordinal) ? slug[..^IPv6Mark.Length] : slug;

    /// <summary>The slug whose counter has a name; null if none has.</summary>
    internal static string? OfCounter(string name) =>
        name.StartsWith(NftRuleset.CounterPrefix, StringComparison.Ordinal) && name[NftRuleset.CounterPrefix.Length..] is var slug && IsSlug(slug) ? slug : null;

    internal static bool IsSlug(string text) =>
        text.Length > 0 && text.Length <= MaxLength + IPv6Mark.Length && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');

    /// <summary>The words of one family.</summary>
    private sealed class Family
    {
        private readonly string _mark;
        private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

        internal Family(string mark)
        {
            (_mark, Other) = (mark, OriginSlugs.Other + mark);
            _bySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        internal string Other { get; }

        internal int Count => _words.Count;

        internal string? Find(ReadOnlySpan<char> text) => _bySpan.TryGetValue(text, out var word) ? word : null;

        internal string Add(string text, string origin)
        {
            var word = text + _mark;
            _words.Add(text, word);
            _origins.Add(word, origin);
            return word;
        }

        internal string? OriginOf(string word) => _origins.GetValueOrDefault(word);
    }
}

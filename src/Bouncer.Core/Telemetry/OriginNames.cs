namespace Bouncer.Telemetry;

/// <summary>The origins that are reported and are values of tags: LAPI's texts as they are, but few of them, because they can be
/// anything. Once an origin has its own name, it keeps it. Thread-safe; a known origin costs no lock and no allocation.</summary>
internal sealed class OriginNames
{
    /// <summary>The maximum number of origins with a name of their own.</summary>
    internal const int Capacity = 64;

    internal const string Other = "other";

    /// <summary>LAPI refuses longer texts.</summary>
    internal const int MaxLength = 255;

    private readonly Lock _adding = new();

    // Replaced and never changed.
    private volatile HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The name of an origin; null if it is missing.</summary>
    internal string? Of(string? origin)
    {
        if (string.IsNullOrEmpty(origin))
        {
            return null;
        }

        var text = origin.AsSpan(0, Math.Min(origin.Length, MaxLength));
        return Find(text) ?? Add(text);
    }

    private string? Find(ReadOnlySpan<char> text)
    {
        var known = _known;
        return known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var name) ? name
            : known.Count < Capacity ? null
            : Other;
    }

    private string Add(ReadOnlySpan<char> text)
    {
        lock (_adding)
        {
            if (Find(text) is { } found)
            {
                return found;
            }

            var name = text.ToString();
            _known = new HashSet<string>(_known, StringComparer.Ordinal) { name };
            return name;
        }
    }
}

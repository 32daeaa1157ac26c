namespace Bouncer.UsageMetrics;

/// <summary>The origins that are reported: LAPI's texts as they are, but few of them, because they can be anything. Once an origin is
/// reported under its own name, it stays so. Thread-safe.</summary>
internal sealed class OriginNames
{
    /// <summary>The maximum number of origins with a name of their own.</summary>
    internal const int Capacity = 64;

    internal const string Other = "other";

    /// <summary>LAPI refuses longer texts.</summary>
    internal const int MaxLength = 255;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    internal string? Of(string? origin)
    {
        if (string.IsNullOrEmpty(origin))
        {
            return null;
        }

        var name = origin.Length <= MaxLength ? origin : origin[..MaxLength];
        lock (_known)
        {
            return _known.Contains(name) || (_known.Count < Capacity && _known.Add(name)) ? name : Other;
        }
    }
}

using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Nftables;

/// <summary>What the kernel's counters counted since this process first read them. The counters themselves outlive processes, and begin
/// again when the table is deleted. One thread reads them; any may read the sums.</summary>
internal sealed class NftTally(OriginSlugs slugs)
{
    private Dictionary<string, Traffic>? _last;

    internal IReadOnlyDictionary<(string Origin, bool IsIPv4), Traffic> Sums { get; private set; } = new Dictionary<(string Origin, bool IsIPv4), Traffic>();

    /// <summary>Adds what was counted since the last reading.</summary>
    /// <param name="counters">The counters of our table by their slugs; none if there is no table.</param>
    internal void Read(IReadOnlyDictionary<string, Traffic> counters)
    {
        if (_last is { } last)
        {
            var sums = Sums.ToDictionary();
            foreach (var (slug, now) in counters)
            {
                var origin = slugs.Meaning(slug);
                sums[origin] = sums.GetValueOrDefault(origin) + now.Since(last.GetValueOrDefault(slug));
            }

            Sums = sums;
        }

        _last = counters.ToDictionary();
    }
}

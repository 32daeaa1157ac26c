using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Nftables;

/// <summary>What the kernel's counters counted since this process first read them. The counters themselves outlive processes, and begin
/// again when the table is deleted. One thread reads them; any may read the sums.</summary>
/// <typeparam name="T">What is counted.</typeparam>
/// <param name="meaning">What a counter counts, by its name; several may count the same.</param>
internal sealed class NftTally<T>(Func<string, T> meaning)
    where T : notnull
{
    private Dictionary<string, Traffic>? _last;

    internal IReadOnlyDictionary<T, Traffic> Sums { get; private set; } = new Dictionary<T, Traffic>();

    /// <summary>Adds what was counted since the last reading.</summary>
    /// <param name="counters">The counters of our table by name; none if there is no table.</param>
    internal void Read(IReadOnlyDictionary<string, Traffic> counters)
    {
        if (_last is { } last)
        {
            var sums = Sums.ToDictionary();
            foreach (var (name, now) in counters)
            {
                var counted = meaning(name);
                sums[counted] = sums.GetValueOrDefault(counted) + now.Since(last.GetValueOrDefault(name));
            }

            Sums = sums;
        }

        _last = counters.ToDictionary();
    }
}

using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Some networks of every set, by chance, that the kernel must still hold: a set that somebody emptied, or a good part
/// of it, is noticed without reading it.</summary>
internal static class NftSample
{
    private const int PerSet = 20;

    /// <summary>What ends sooner may be gone before it is asked for.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(1);

    internal static IEnumerable<NftElement> Of(IReadOnlyDictionary<Prefix, NftHeld> held, TimeSpan now, Random random)
    {
        Dictionary<NftSet, (List<NftElement> Chosen, int Passed)> sets = [];
        foreach (var (network, known) in held)
        {
            if (known.End - now < LongEnough)
            {
                continue;
            }

            NftElement element = new(network, known.Slug, known.End);
            var (chosen, passed) = sets.GetValueOrDefault(element.Set, ([], 0));
            sets[element.Set] = (chosen, passed + 1);
            if (passed < PerSet)
            {
                chosen.Add(element);
            }
            else if (random.Next(passed + 1) is var place and < PerSet)
            {
                chosen[place] = element;
            }
        }

        return sets.Values.SelectMany(set => set.Chosen);
    }
}

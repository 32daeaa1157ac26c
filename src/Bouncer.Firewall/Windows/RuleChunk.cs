using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>Determines what one rule may contain.</summary>
internal static class RuleChunk
{
    /// <summary>The number of networks that usually fit into a rule, if each is an address.</summary>
    internal static int Capacity(bool isIPv4, int addressesPerRule) =>
        Math.Min(addressesPerRule, AddressText.MostCharacters / AddressText.MostLength(default, isIPv4));

    /// <summary>Splits a bucket's ranges into pages, in order.</summary>
    internal static List<RangeSet> Cut(RangeSet ranges, bool isIPv4, int addressesPerRule)
    {
        List<RangeSet> pages = [];
        var (start, tokens, characters) = (0, 0, 0);
        for (var i = 0; i < ranges.Ranges.Count; i++)
        {
            var range = ranges.Ranges[i];
            var (moreTokens, moreCharacters) = (AddressText.Tokens(range, isIPv4), AddressText.MostLength(range, isIPv4));
            if (i > start && (tokens + moreTokens > addressesPerRule || characters + moreCharacters > AddressText.MostCharacters))
            {
                pages.Add(ranges.Slice(start, i - start));
                (start, tokens, characters) = (i, 0, 0);
            }

            (tokens, characters) = (tokens + moreTokens, characters + moreCharacters);
        }

        if (start < ranges.Ranges.Count)
        {
            pages.Add(start == 0 ? ranges : ranges.Slice(start, ranges.Ranges.Count - start));
        }

        return pages;
    }
}

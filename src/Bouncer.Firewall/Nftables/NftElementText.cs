using System.Text;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Changes of elements as nft's commands; only our own canonical text is ever written.</summary>
internal static class NftElementText
{
    /// <summary>Ten years, what nft takes on every kernel.</summary>
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(3650);

    private const int PerLine = 500;

    /// <summary>The lines of one transaction, made while they are read. What has ended by now is not added.</summary>
    internal static IEnumerable<string> Lines(string table, IReadOnlyCollection<NftChange> changes, TimeSpan now)
    {
        // Deleting what is not there loses the whole transaction, and not every kernel gives an element that is there another
        // end: so it is added, deleted, and added again as it should be. Packets never see the steps between. No step has an
        // element without an end.
        var perhapsThere = changes.Where(change => change.Kind != NftChangeKind.Add);
        return Commands("add", table, perhapsThere, now)
            .Concat(Commands("delete", table, perhapsThere, null))
            .Concat(Commands("add", table, changes.Where(change => change.Kind != NftChangeKind.Remove && change.Element.End > now), now));
    }

    /// <summary>The lines that delete elements, and fail if one of them is not there.</summary>
    internal static IEnumerable<string> Delete(string table, IEnumerable<NftElement> elements) =>
        Commands("delete", table, elements.Select(element => new NftChange(element, NftChangeKind.Remove)), null);

    private static IEnumerable<string> Commands(string verb, string table, IEnumerable<NftChange> changes, TimeSpan? now) =>
        from ofSet in changes.GroupBy(change => change.Element.Set, change => change.Element)
        let name = ofSet.Key.Name
        from part in ofSet.Chunk(PerLine)
        select Command(verb, table, name, part, now);

    private static string Command(string verb, string table, string set, NftElement[] elements, TimeSpan? now)
    {
        StringBuilder line = new($"{verb} element inet {table} {set} {{ ", 64 + (elements.Length * 48));
        Span<char> address = stackalloc char[Prefix.LongestAddress];
        var separator = "";
        foreach (var element in elements)
        {
            line.Append(separator).Append(address[..element.Network.FormatAddress(address)]);
            if (now is { } since)
            {
                AppendTimeout(line, element.End - since);
            }

            separator = ", ";
        }

        return line.Append(" }").ToString();
    }

    private static void AppendTimeout(StringBuilder line, TimeSpan timeout)
    {
        // Zero would mean for ever. Seconds alone would not do: nft takes no more than five digits of them.
        var limited = timeout > LongestTimeout ? LongestTimeout : timeout;
        var rounded = TimeSpan.FromMilliseconds(Math.Max(1, (long)limited.TotalMilliseconds));
        line.Append(" timeout ").Append(rounded.Days).Append('d').Append(rounded.Hours).Append('h').Append(rounded.Minutes).Append('m')
            .Append(rounded.Seconds).Append('s').Append(rounded.Milliseconds).Append("ms");
    }
}

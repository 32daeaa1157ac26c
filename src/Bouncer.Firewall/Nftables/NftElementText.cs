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
    internal static IEnumerable<string> Lines(string table, int generation, IReadOnlyCollection<NftChange> changes, TimeSpan now)
    {
        // Deleting what is not there loses the whole transaction, and not every kernel gives an element that is there another
        // end: so it is added, deleted, and added again as it should be. Packets never see the steps between. No step has an
        // element without an end.
        var perhapsThere = changes.Where(change => change.Kind != NftChangeKind.Add).Select(change => change.Element with { Slug = change.Was ?? change.Element.Slug });
        var wanted = changes.Where(change => change.Kind != NftChangeKind.Remove && change.Element.End > now).Select(change => change.Element);
        return Commands("add", table, generation, perhapsThere, now)
            .Concat(Commands("delete", table, generation, perhapsThere, null))
            .Concat(Commands("add", table, generation, wanted, now));
    }

    /// <summary>The lines that delete networks, whatever their origin: one for each, so that nft names each that is not there.</summary>
    internal static IEnumerable<string> Delete(string table, IEnumerable<(NftSet Set, Prefix Network)> elements) =>
        elements.Select(element => $"delete element inet {table} {element.Set.Name} {{ {element.Network.ToIPAddress()} }}");

    private static IEnumerable<string> Commands(string verb, string table, int generation, IEnumerable<NftElement> elements, TimeSpan? now) =>
        from ofSet in elements.GroupBy(element => element.SetOf(generation))
        let name = ofSet.Key.Name
        from part in ofSet.Chunk(PerLine)
        select Command(verb, table, name, part, now);

    private static string Command(string verb, string table, string set, NftElement[] elements, TimeSpan? now)
    {
        StringBuilder line = new($"{verb} element inet {table} {set} {{ ", 64 + (elements.Length * 64));
        Span<char> address = stackalloc char[Prefix.LongestAddress];
        var separator = "";
        foreach (var element in elements)
        {
            line.Append(separator).Append(address[..element.Network.FormatAddress(address)]);
            if (now is { } since)
            {
                AppendTimeout(line, element.End - since);
            }

            if (element.Slug is { } slug)
            {
                line.Append(" : \"").Append(NftRuleset.CounterPrefix).Append(slug).Append('"');
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

using System.Text;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Writes changes of elements as nft commands that contain only canonical text of this package.</summary>
internal static class NftElementText
{
    /// <summary>Ten years, which every kernel accepts.</summary>
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(3650);

    private const int PerLine = 500;

    /// <summary>The lines of one transaction, created during enumeration. Elements that have ended are not added.</summary>
    internal static IEnumerable<string> Lines(string table, int generation, IReadOnlyCollection<NftChange> changes, TimeSpan now)
    {
        // Deleting an element that does not exist makes the whole transaction fail, and not every kernel changes the end of an
        // existing one. The element is therefore added, deleted, and added again with the new end. Packets never see the
        // intermediate steps, and no step contains an element without an end.
        var perhapsThere = changes.Where(change => change.Kind != NftChangeKind.Add).Select(change => change.Element with { Slug = change.Was ?? change.Element.Slug });
        var wanted = changes.Where(change => change.Kind != NftChangeKind.Remove && change.Element.End > now).Select(change => change.Element);
        return Commands("add", table, generation, perhapsThere, now)
            .Concat(Commands("delete", table, generation, perhapsThere, null))
            .Concat(Commands("add", table, generation, wanted, now));
    }

    /// <summary>The lines that delete networks of any origin: one line each, so that nft reports each that does not exist.</summary>
    internal static IEnumerable<string> Delete(string table, IEnumerable<(NftSet Set, Prefix Network)> elements) =>
        elements.Select(element => $"delete element inet {table} {element.Set.Name} {{ {element.Network.ToIPAddress()} }}");

    private static IEnumerable<string> Commands(string verb, string table, int generation, IEnumerable<NftElement> elements, TimeSpan? now)
    {
        // Shared by all lines: a line of a long list has 60 KB.
        StringBuilder line = new();
        foreach (var ofSet in elements.GroupBy(element => element.SetOf(generation)))
        {
            foreach (var part in ofSet.Chunk(PerLine))
            {
                line.Clear().Append(verb).Append(" element inet ").Append(table).Append(' ').Append(ofSet.Key.Name).Append(" { ");
                Append(line, part, now);
                yield return line.Append(" }").ToString();
            }
        }
    }

    private static void Append(StringBuilder line, NftElement[] elements, TimeSpan? now)
    {
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
    }

    private static void AppendTimeout(StringBuilder line, TimeSpan timeout)
    {
        // Zero would mean no end. Seconds alone are not sufficient, because nft accepts at most five digits.
        var limited = timeout > LongestTimeout ? LongestTimeout : timeout;
        var rounded = TimeSpan.FromMilliseconds(Math.Max(1, (long)limited.TotalMilliseconds));
        line.Append(" timeout ").Append(rounded.Days).Append('d').Append(rounded.Hours).Append('h').Append(rounded.Minutes).Append('m')
            .Append(rounded.Seconds).Append('s').Append(rounded.Milliseconds).Append("ms");
    }
}

using System.Globalization;
using System.Numerics;
using System.Text;

namespace Bouncer.Firewall.Nftables;

/// <summary>The comment of a rule of ours: what it says in our words, short. nft spells a rule its own way, so that another
/// process could not tell from the rule itself whether it is the one that it would write.</summary>
internal static class NftMark
{
    internal static string Of(string rule) =>
        Encoding.UTF8.GetBytes(rule).Aggregate(uint.MaxValue, BitOperations.Crc32C).ToString("x8", CultureInfo.InvariantCulture);
}

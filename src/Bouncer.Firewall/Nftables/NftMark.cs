using System.Globalization;
using System.Numerics;
using System.Text;

namespace Bouncer.Firewall.Nftables;

/// <summary>The comment of each of the bouncer's rules: a hash of its text. nft lists rules in its own spelling, so that another
/// process could not recognize them without it.</summary>
internal static class NftMark
{
    internal static string Of(string rule) =>
        Encoding.UTF8.GetBytes(rule).Aggregate(uint.MaxValue, BitOperations.Crc32C).ToString("x8", CultureInfo.InvariantCulture);
}

using System.Text;

namespace Bouncer.Firewall.Nftables;

/// <summary>Reads what <c>nft --version</c> prints: <c>nftables v1.0.6 (Lester Gooch #5)</c>.</summary>
internal static class NftVersion
{
    private const int LongestText = 256;

    /// <summary>The version; null if that is not what was printed.</summary>
    internal static Version? Read(ReadOnlySpan<byte> printed)
    {
        var words = Encoding.UTF8.GetString(printed[..Math.Min(printed.Length, LongestText)]).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words is ["nftables", ['v', .. var number], ..] && Version.TryParse(number, out var version) ? version : null;
    }
}

using System.Text;

namespace Bouncer.Firewall.Nftables;

/// <summary>Reads the output of <c>nft --version</c>: <c>nftables v1.0.6 (Lester Gooch #5)</c>.</summary>
internal static class NftVersion
{
    private const int LongestText = 256;

    /// <summary>Returns the version; null if the output has another form.</summary>
    internal static Version? Read(ReadOnlySpan<byte> printed)
    {
        var words = Encoding.UTF8.GetString(printed[..Math.Min(printed.Length, LongestText)]).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words is ["nftables", ['v', .. var number], ..] && Version.TryParse(number, out var version) ? version : null;
    }
}

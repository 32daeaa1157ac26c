using System.Runtime.Versioning;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>An nft that does something else than to carry out scripts with some words.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FaultyNft : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-nft-");

    internal FaultyNft(string nft, string words, string fault)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "nft");
        ScriptFile.Write(Path, $$"""
            [ "$1" = -f ] && grep -q '{{words}}' "$2" && {{fault}}
            exec {{nft}} "$@"
            """);
    }

    /// <summary>An nft that is killed when it lists elements, as where memory is short.</summary>
    internal FaultyNft(string nft)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "nft");
        ScriptFile.Write(Path, $$"""
            [ "$1" = list ] && kill -9 $$
            exec {{nft}} "$@"
            """);
    }

    internal string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}

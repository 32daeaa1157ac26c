namespace Bouncer.Firewall.Nftables;

/// <summary>A chain of our table as it should be.</summary>
/// <param name="Name">Its name; that of its hook, if it is bound to one.</param>
/// <param name="IsBase">Whether it is bound to the hook of its name.</param>
/// <param name="Rules">Its rules.</param>
internal sealed record NftChain(string Name, bool IsBase, IReadOnlyList<NftRule> Rules);

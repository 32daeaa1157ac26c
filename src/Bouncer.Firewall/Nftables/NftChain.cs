namespace Bouncer.Firewall.Nftables;

/// <summary>An intended chain of the bouncer's table.</summary>
/// <param name="Name">Its name; that of its hook, if it is bound to one.</param>
/// <param name="IsBase">Whether it is bound to the hook of its name.</param>
/// <param name="Rules">Its rules.</param>
internal sealed record NftChain(string Name, bool IsBase, IReadOnlyList<NftRule> Rules);

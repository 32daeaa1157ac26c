namespace Bouncer.Firewall.Nftables;

/// <summary>Something in our table that could not be ours.</summary>
/// <param name="Kind">What it is, in nft's words: <c>chain</c>, <c>set</c>, <c>ct helper</c>.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct NftThing(string Kind, string Name);

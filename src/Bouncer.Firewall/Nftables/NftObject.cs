namespace Bouncer.Firewall.Nftables;

/// <summary>An object in the bouncer's table that the bouncer cannot have written.</summary>
/// <param name="Kind">Its kind, in nft's terms: <c>chain</c>, <c>set</c>, <c>ct helper</c>.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct NftObject(string Kind, string Name);

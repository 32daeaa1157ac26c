namespace Bouncer.Firewall.Nftables;

/// <summary>One step with one element.</summary>
/// <param name="Element">The element, as it is to be; for a removal, where it is.</param>
/// <param name="Kind">What is done with it.</param>
internal readonly record struct NftChange(NftElement Element, NftChangeKind Kind);

namespace Bouncer.Firewall.Nftables;

/// <summary>A change of one element.</summary>
/// <param name="Element">The element as it should become; for a removal, as it is.</param>
/// <param name="Kind">What is done with it.</param>
/// <param name="Was">The slug that it has in the kernel, if that is another one.</param>
internal readonly record struct NftChange(NftElement Element, NftChangeKind Kind, string? Was = null);

namespace Bouncer.Firewall.Nftables;

/// <summary>A change of one element.</summary>
/// <param name="Element">The element after the change; for a removal, before it.</param>
/// <param name="Kind">The kind of change.</param>
/// <param name="Was">Its slug in the kernel, if that is a different one.</param>
internal readonly record struct NftChange(NftElement Element, NftChangeKind Kind, string? Was = null);

namespace Bouncer.Firewall.Nftables;

/// <summary>What is known of a network that the kernel holds.</summary>
/// <param name="End">When the kernel ends it, on the monotonic clock; <see cref="TimeSpan.MaxValue"/> for never.</param>
/// <param name="Slug">Whose set it is in.</param>
internal readonly record struct NftHeld(TimeSpan End, string Slug);

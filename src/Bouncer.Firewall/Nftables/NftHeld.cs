namespace Bouncer.Firewall.Nftables;

/// <summary>The known data of a network in the kernel.</summary>
/// <param name="End">When the kernel ends it, on the monotonic clock; <see cref="TimeSpan.MaxValue"/> for never.</param>
/// <param name="Slug">The slug of its origin.</param>
internal readonly record struct NftHeld(TimeSpan End, string Slug);

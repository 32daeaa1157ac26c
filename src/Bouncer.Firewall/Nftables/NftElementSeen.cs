using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Receives one element of a listing.</summary>
/// <param name="network">The network, with the set's prefix length.</param>
/// <param name="slug">The slug of the decision's origin; null in a gate, or if it is not known.</param>
/// <param name="left">The element's remaining time in the kernel; <see cref="TimeSpan.MaxValue"/> if it has no end.</param>
internal delegate void NftElementSeen(Prefix network, string? slug, TimeSpan left);

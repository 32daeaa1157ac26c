using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Takes one element of a listing.</summary>
/// <param name="network">The network, as the set's own length has it.</param>
/// <param name="slug">Whose decision it is; null in a gate, and where that cannot be told.</param>
/// <param name="left">How long the kernel keeps it; <see cref="TimeSpan.MaxValue"/> for ever.</param>
internal delegate void NftElementSeen(Prefix network, string? slug, TimeSpan left);

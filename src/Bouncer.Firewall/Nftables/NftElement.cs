using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>One network in one of the bouncer's sets.</summary>
/// <param name="Network">The network. If it was added by hand, it may have host bits, and then it blocks nothing.</param>
/// <param name="Slug">The slug of the decision's origin; null in a gate.</param>
/// <param name="End">When the kernel ends it, on the monotonic clock; <see cref="TimeSpan.MaxValue"/> for never.</param>
internal readonly record struct NftElement(Prefix Network, string? Slug, TimeSpan End)
{
    /// <summary>Returns the set to which it belongs.</summary>
    internal NftSet SetOf(int generation) => Slug is null ? NftSet.GateOf(Network.IsIPv4, generation) : NftSet.Of(Network, generation);
}

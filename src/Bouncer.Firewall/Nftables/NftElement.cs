using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>One network in one of our sets.</summary>
/// <param name="Network">The network. One that was put there by hand may have host bits: it blocks nothing then.</param>
/// <param name="Slug">Whose set it is in.</param>
/// <param name="End">When the kernel ends it, on the monotonic clock; <see cref="TimeSpan.MaxValue"/> for never.</param>
internal readonly record struct NftElement(Prefix Network, string Slug, TimeSpan End)
{
    internal NftSet Set => NftSet.Of(Network, Slug);
}

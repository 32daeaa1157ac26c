namespace Bouncer.Firewall.Nftables;

/// <summary>A rule of ours, and apart from its words what they look into and do: a log prefix may hold any word, so that this
/// cannot be told from the text.</summary>
/// <param name="Text">The rule in nft's words.</param>
/// <param name="Effect">What <see cref="NftEffect"/> finds in it as nft lists it.</param>
internal sealed record NftRule(string Text, string Effect)
{
    /// <summary>Packets that a set holds meet another chain.</summary>
    internal static NftRule Jump(string packet, NftSet set, string chain) =>
        new($"{packet} @{set.Name} jump {chain}", NftEffect.Of($"@{set.Name}", $"jump:{chain}"));

    /// <summary>Packets that a map holds are counted by its counter, and meet another chain and none after it.</summary>
    internal static NftRule Count(string packet, NftSet map, string chain) =>
        new($"counter name {packet} map @{map.Name} goto {chain}", NftEffect.Of($"@{map.Name}", $"goto:{chain}"));

    internal static NftRule Return(string packet) => new($"{packet} return", NftEffect.Of("return"));

    internal static NftRule Log(string limit, string prefix) => new($"{limit} log prefix \"{prefix}\"", NftEffect.Of());

    internal static NftRule Drop() => new("drop", NftEffect.Of("drop"));

    internal static NftRule Reject(string packet, string answer) =>
        new($"{packet}reject with {answer}", NftEffect.Of("reject"));
}

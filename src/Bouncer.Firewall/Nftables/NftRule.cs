namespace Bouncer.Firewall.Nftables;

/// <summary>A rule: its text and its effect. The effect is separate because it cannot be derived from the text: a log prefix may
/// contain any word.</summary>
/// <param name="Text">The rule in nft's syntax.</param>
/// <param name="Effect">The result of <see cref="NftEffect"/> for the rule as nft lists it.</param>
internal sealed record NftRule(string Text, string Effect)
{
    /// <summary>Packets whose address is in a set jump to another chain.</summary>
    internal static NftRule Jump(string packet, NftSet set, string chain) =>
        new($"{packet} @{set.Name} jump {chain}", NftEffect.Of($"@{set.Name}", $"jump:{chain}"));

    /// <summary>Packets whose address is in a map are counted by its counter and go to another chain without return.</summary>
    internal static NftRule Count(string packet, NftSet map, string chain) =>
        new($"counter name {packet} map @{map.Name} goto {chain}", NftEffect.Of($"@{map.Name}", $"goto:{chain}"));

    /// <summary>Packets are counted, and go on to the next rule.</summary>
    internal static NftRule Count(string packet, string counter) => new($"{packet} counter name {counter}", NftEffect.Of());

    internal static NftRule Return(string packet) => new($"{packet} return", NftEffect.Of("return"));

    internal static NftRule Log(string limit, string prefix) => new($"{limit} log prefix \"{prefix}\"", NftEffect.Of());

    internal static NftRule Drop() => new("drop", NftEffect.Of("drop"));

    internal static NftRule Reject(string packet, string answer) =>
        new($"{packet}reject with {answer}", NftEffect.Of("reject"));
}

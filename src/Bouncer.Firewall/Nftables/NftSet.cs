using System.Globalization;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>One of our sets in the kernel: all networks of one family, one length and one origin. Each length needs a set of its
/// own, because only sets without ranges are quick to change and keep the ends of networks within each other apart; each
/// origin does, because nft counts packets by rule.</summary>
/// <param name="IsIPv4">The family.</param>
/// <param name="Length">The length of the networks.</param>
/// <param name="Slug">The origin, as <see cref="OriginSlugs"/> writes it.</param>
internal readonly record struct NftSet(bool IsIPv4, byte Length, string Slug) : IComparable<NftSet>
{
    internal string Name => string.Create(CultureInfo.InvariantCulture, $"ipv{(IsIPv4 ? 4 : 6)}_{Length}_{Slug}");

    internal string Type => IsIPv4 ? "ipv4_addr" : "ipv6_addr";

    /// <summary>nft's keyword for the family's header.</summary>
    internal string Header => IsIPv4 ? "ip" : "ip6";

    /// <summary>What selects an address' network; empty for whole addresses.</summary>
    internal string Mask
    {
        get
        {
            var width = IsIPv4 ? 32 : 128;
            if (Length == width)
            {
                return "";
            }

            var bits = Length == 0 ? UInt128.Zero : ((UInt128.One << Length) - 1) << (width - Length);
            return $" & {new Prefix(bits, (byte)width, IsIPv4)}";
        }
    }

    internal static NftSet Of(Prefix network, string slug) => new(network.IsIPv4, network.Length, slug);

    /// <summary>Reads the name of a set of ours, and of no other.</summary>
    internal static bool TryParse(string name, out NftSet set)
    {
        var parts = name.Split('_', 3);
        set = parts is ["ipv4" or "ipv6", var length, var slug]
            && byte.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= (parts[0] == "ipv4" ? 32 : 128)
            && OriginSlugs.IsSlug(slug)
            ? new(parts[0] == "ipv4", number, slug)
            : default;
        return set.Slug is not null && set.Name == name;
    }

    /// <summary>IPv4 first, then longer networks first, then by slug.</summary>
    public int CompareTo(NftSet other)
    {
        var byFamily = other.IsIPv4.CompareTo(IsIPv4);
        var byLength = byFamily != 0 ? byFamily : other.Length.CompareTo(Length);
        return byLength != 0 ? byLength : string.CompareOrdinal(Slug, other.Slug);
    }
}

using System.Globalization;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>One of the bouncer's sets in the kernel: the blocked networks of one family and length, or the gate before them. Each
/// length has its own set, because only sets without ranges are fast to change and keep separate ends for overlapping networks. In
/// nft's terms, a set of networks is a map from a network to the counter of its origin.</summary>
/// <param name="IsIPv4">The family.</param>
/// <param name="Length">The length of the networks.</param>
/// <param name="IsGate">Whether it contains the wider networks in which there are blocked ranges. Packets from other networks need
/// no lookup for each length.</param>
/// <param name="Generation">The list that it belongs to; there are several while one replaces another.</param>
internal readonly record struct NftSet(bool IsIPv4, byte Length, bool IsGate, int Generation) : IComparable<NftSet>
{
    private const string GateWord = "gate";
    private const string GenerationPrefix = "g";

    internal string Name
    {
        get
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"ipv{(IsIPv4 ? 4 : 6)}_{(IsGate ? GateWord : Length)}");
            return Generation == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{GenerationPrefix}{Generation}");
        }
    }

    /// <summary>nft's keyword for its kind.</summary>
    internal string Kind => IsGate ? "set" : "map";

    /// <summary>The type of its elements.</summary>
    internal string Type => IsIPv4 ? "ipv4_addr" : "ipv6_addr";

    /// <summary>Its type and flags in nft's syntax.</summary>
    internal string Definition => $"{{ type {Type}{(IsGate ? "" : " : counter")}; flags timeout; }}";

    /// <summary>nft's keyword for the family's header.</summary>
    internal string Header => IsIPv4 ? "ip" : "ip6";

    /// <summary>Whether it contains whole addresses.</summary>
    internal bool HoldsHosts => Length == WidthOf(IsIPv4);

    /// <summary>Whether there is a gate before it.</summary>
    internal bool IsGated => !IsGate && !HoldsHosts && Length >= GateLengthOf(IsIPv4);

    /// <summary>The mask that selects the network of an address; empty for whole addresses.</summary>
    internal string Mask
    {
        get
        {
            var width = WidthOf(IsIPv4);
            if (Length == width)
            {
                return "";
            }

            var bits = Length == 0 ? UInt128.Zero : ((UInt128.One << Length) - 1) << (width - Length);
            return $" & {new Prefix(bits, (byte)width, IsIPv4)}";
        }
    }

    internal static NftSet Of(Prefix network, int generation) => new(network.IsIPv4, network.Length, false, generation);

    internal static NftSet GateOf(bool isIPv4, int generation) => new(isIPv4, GateLengthOf(isIPv4), true, generation);

    /// <summary>The network that opens the gate before a range; null if there is no gate.</summary>
    internal static Prefix? GateBefore(Prefix network)
    {
        var length = GateLengthOf(network.IsIPv4);
        return network.Length == network.Width || network.Length < length
            ? null
            : new Prefix(network.Address & ~((UInt128.One << (network.Width - length)) - 1), length, network.IsIPv4);
    }

    /// <summary>Reads the name of one of the bouncer's sets; accepts no other name.</summary>
    internal static bool TryParse(string name, out NftSet set)
    {
        set = default;
        var parts = name.Split('_');
        if (parts is not ["ipv4" or "ipv6", var length, ..] || parts.Length > 3)
        {
            return false;
        }

        var isIPv4 = parts[0] == "ipv4";
        var generation = 0;
        if (parts.Length == 3 && (!parts[2].StartsWith(GenerationPrefix, StringComparison.Ordinal) || !TryRead(parts[2].AsSpan(1), int.MaxValue, out generation)))
        {
            return false;
        }

        if (length == GateWord)
        {
            set = GateOf(isIPv4, generation);
        }
        else if (TryRead(length, WidthOf(isIPv4), out var number))
        {
            set = new(isIPv4, (byte)number, false, generation);
        }

        return set.Name == name;
    }

    /// <summary>IPv4 first, then longer networks first, the gate last.</summary>
    public int CompareTo(NftSet other)
    {
        var byFamily = other.IsIPv4.CompareTo(IsIPv4);
        var byKind = byFamily != 0 ? byFamily : IsGate.CompareTo(other.IsGate);
        var byLength = byKind != 0 ? byKind : other.Length.CompareTo(Length);
        return byLength != 0 ? byLength : Generation.CompareTo(other.Generation);
    }

    private static int WidthOf(bool isIPv4) => isIPv4 ? 32 : 128;

    private static byte GateLengthOf(bool isIPv4) => isIPv4 ? (byte)16 : (byte)32;

    private static bool TryRead(ReadOnlySpan<char> text, int highest, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= highest;
}

using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>What <see cref="PrefixTable"/> must agree with: a list that is scanned, and addresses compared bit by bit.</summary>
internal sealed class GoldenPrefixTable
{
    private readonly List<(IpPrefix Prefix, int Value)> _entries = [];

    internal int Count => _entries.Count;

    internal IEnumerable<(IpPrefix Prefix, int Value)> Entries => _entries;

    internal int Find(IpPrefix prefix) => _entries.Find(e => e.Prefix == prefix).Value;

    internal List<int> Covering(IpKey address) =>
        [.. _entries.Where(e => Covers(e.Prefix, address)).OrderByDescending(e => e.Prefix.Length).Select(e => e.Value)];

    /// <summary>Puts a number in the place of another; 0 takes away.</summary>
    internal void Change(IpPrefix prefix, int value)
    {
        _entries.RemoveAll(e => e.Prefix == prefix);
        if (value != 0)
        {
            _entries.Add((prefix, value));
        }
    }

    internal GoldenPrefixTable Copy()
    {
        var copy = new GoldenPrefixTable();
        copy._entries.AddRange(_entries);
        return copy;
    }

    private static bool Covers(IpPrefix prefix, IpKey address)
    {
        if (prefix.Key.IsIPv4)
        {
            return address.IsIPv4 && SameBits(prefix.Key.IPv4, address.IPv4, 32, prefix.Length);
        }

        return !address.IsIPv4
            && SameBits(prefix.Key.High, address.High, 64, Math.Min(prefix.Length, 64))
            && SameBits(prefix.Key.Low, address.Low, 64, Math.Max(prefix.Length - 64, 0));
    }

    private static bool SameBits(ulong left, ulong right, int width, int bits)
    {
        for (var i = 1; i <= bits; i++)
        {
            if ((left >> (width - i) & 1) != (right >> (width - i) & 1))
            {
                return false;
            }
        }

        return true;
    }
}

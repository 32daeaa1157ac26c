using Bouncer.Net;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>What one writes first: a dictionary for each prefix length, asked from the longest down.</summary>
internal sealed class DictionaryTable<T>
    where T : class
{
    private readonly (uint Mask, Dictionary<uint, T> Values)[] _ipv4;
    private readonly (UInt128 Mask, Dictionary<UInt128, T> Values)[] _ipv6;

    internal DictionaryTable(IpPrefix[] prefixes, Func<IpPrefix, T> value)
    {
        var ipv4 = new Dictionary<uint, T>?[33];
        var ipv6 = new Dictionary<UInt128, T>?[129];
        foreach (var prefix in prefixes)
        {
            if (prefix.IsIPv4)
            {
                (ipv4[prefix.Length] ??= [])[prefix.Key.IPv4] = value(prefix);
            }
            else
            {
                (ipv6[prefix.Length] ??= [])[new(prefix.Key.High, prefix.Key.Low)] = value(prefix);
            }
        }

        _ipv4 = [.. ipv4.Select((values, length) => (length == 0 ? 0 : uint.MaxValue << (32 - length), values!)).Where(v => v.Item2 is not null).Reverse()];
        _ipv6 = [.. ipv6.Select((values, length) => (length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length), values!)).Where(v => v.Item2 is not null).Reverse()];
    }

    internal T? Find(IpKey address)
    {
        if (address.IsIPv4)
        {
            foreach (var (mask, values) in _ipv4)
            {
                if (values.TryGetValue(address.IPv4 & mask, out var value))
                {
                    return value;
                }
            }
        }
        else
        {
            var key = new UInt128(address.High, address.Low);
            foreach (var (mask, values) in _ipv6)
            {
                if (values.TryGetValue(key & mask, out var value))
                {
                    return value;
                }
            }
        }

        return null;
    }
}

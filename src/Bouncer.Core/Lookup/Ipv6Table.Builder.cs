using Bouncer.Net;

namespace Bouncer.Lookup;

internal sealed partial class Ipv6Table<T>
{
    /// <summary>Writes every change at once to copies of the pages it touches.</summary>
    internal sealed class Builder(Ipv6Table<T> table)
    {
        private readonly PrefixHash<T>.Builder _networks = table._networks.ToBuilder();
        private readonly PrefixHash<LengthUse[]>.Builder _sites = table._sites.ToBuilder();
        private static readonly LengthUse[][] OnlyOne = [.. Enumerable.Range(0, 129).Select(length => new LengthUse[] { new((byte)length, 1) })];

        private int _midSites = table._midSites;
        private Ipv6Table<T>? _table = table;

        internal T? Find(IpPrefix prefix) => _networks.Find(prefix.Key.High, prefix.Key.Low, prefix.Length);

        /// <summary>Puts or, with no value, removes a network.</summary>
        /// <returns>What was there.</returns>
        internal T? Set(IpPrefix prefix, T? value)
        {
            var former = Find(prefix);
            if (!ReferenceEquals(former, value))
            {
                _networks.Set(prefix.Key.High, prefix.Key.Low, prefix.Length, value);
                Count(prefix, (value is null ? 0 : 1) - (former is null ? 0 : 1));
                _table = null;
            }

            return former;
        }

        internal Ipv6Table<T> ToTable() => _table ??= new Ipv6Table<T>(_networks.ToHash(), _sites.ToHash(), _midSites);

        private void Count(IpPrefix prefix, int uses)
        {
            if (uses == 0)
            {
                return;
            }

            var length = SiteLength(prefix.Length);
            var high = prefix.Key.High & Mask(length);
            var former = _sites.Find(high, 0, length) ?? [];
            var lengths = Changed(former, (byte)prefix.Length, uses);
            _sites.Set(high, 0, length, lengths.Length == 0 ? null : lengths);
            if (length == 32)
            {
                _midSites += (lengths.Length == 0 ? 0 : 1) - (former.Length == 0 ? 0 : 1);
            }
        }

        private static LengthUse[] Changed(LengthUse[] former, byte length, int uses)
        {
            var at = 0;
            while (at < former.Length && former[at].Length > length)
            {
                at++;
            }

            var isInUse = at < former.Length && former[at].Length == length;
            var count = (isInUse ? former[at].Count : 0) + uses;
            var rest = former.AsSpan(isInUse ? at + 1 : at);
            if (count == 1 && former.Length == (isInUse ? 1 : 0))
            {
                return OnlyOne[length];
            }

            return count == 0 ? [.. former[..at], .. rest] : [.. former[..at], new(length, count), .. rest];
        }
    }
}

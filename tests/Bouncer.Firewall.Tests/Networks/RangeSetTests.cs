using Bouncer.Firewall.Networks;
using FsCheck;
using FsCheck.Fluent;

namespace Bouncer.Firewall.Tests.Networks;

public sealed class RangeSetTests
{
    /// <summary>Against sets of single numbers, at both ends of both families, where sums run over.</summary>
    [Theory]
    [InlineData(0UL, 0UL)]
    [InlineData(0UL, uint.MaxValue - 40UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue - 40UL)]
    public void UnionExceptWithinContains_OfAnyRanges_AreThoseOfTheirAddresses(ulong high, ulong low)
    {
        var start = new UInt128(high, low);
        var window = new AddressRange(start + 7, start + 20);
        var range = from first in Gen.Choose(0, 40)
                    from length in Gen.Choose(0, Math.Min(8, 40 - first))
                    select new AddressRange(start + (UInt128)first, start + (UInt128)(first + length));
        var ranges = Arb.Array(range.ToArbitrary());
        Prop.ForAll(ranges, ranges, (one, other) =>
        {
            var (left, right) = (RangeSet.Of(one), RangeSet.Of(other));
            var (leftAddresses, rightAddresses) = (Addresses(one).Distinct().Order().ToArray(), Addresses(other).Distinct().Order().ToArray());
            Assert.Equal(leftAddresses, Addresses(left.Ranges));
            Assert.Equal(leftAddresses.Union(rightAddresses).Order(), Addresses(left.Union(right).Ranges));
            Assert.Equal(leftAddresses.Except(rightAddresses).Order(), Addresses(left.Except(right).Ranges));
            Assert.Equal(leftAddresses.Where(address => address >= window.First && address <= window.Last), Addresses(left.Within(window)));
            Assert.Equal(Addresses([window]).All(leftAddresses.Contains), left.Contains(window));
            Assert.Equal(left.Union(right), right.Union(left));
            AssertFewest(left.Union(right));
            AssertFewest(left.Except(right));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void OfSorted_NestedAndNeighbouringNetworks_IsOneRange()
    {
        Prefix[] networks = [.. new[] { "192.0.2.0/26", "192.0.2.0", "192.0.2.9/31", "192.0.2.64", "192.0.2.66" }.Select(Parse).Order()];
        Assert.Equal([(0xC0000200, 0xC0000240), (0xC0000242, 0xC0000242)], RangeSet.OfSorted(networks).Ranges.Select(range => ((uint)range.First, (uint)range.Last)));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("192.0.2.7")]
    [InlineData("::/0")]
    [InlineData("8000::/1")]
    [InlineData("2001:db8::/127")]
    public void ToPrefix_OfANetworksRange_IsTheNetwork(string text)
    {
        var network = Parse(text);
        Assert.Equal(network, AddressRange.Of(network).ToPrefix(network.IsIPv4));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0, 2)]
    [InlineData(4, 12)]
    public void ToPrefix_OfNoNetworksRange_IsNull(int first, int last) => Assert.Null(new AddressRange((UInt128)first, (UInt128)last).ToPrefix(isIPv4: true));

    private static IEnumerable<UInt128> Addresses(IEnumerable<AddressRange> ranges) =>
        ranges.SelectMany(range => Enumerable.Range(0, (int)(range.Last - range.First) + 1).Select(i => range.First + (UInt128)i));

    private static void AssertFewest(RangeSet set) =>
        Assert.All(set.Ranges.Zip(set.Ranges.Skip(1)), pair => Assert.True(pair.First.Last + 1 < pair.Second.First));

    private static Prefix Parse(string text)
    {
        Assert.True(NetworkText.TryParse(text, out var network));
        return Prefix.From(network);
    }
}

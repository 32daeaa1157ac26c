using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Windows;

namespace Bouncer.Firewall.Tests.Windows;

public sealed class BucketsTests
{
    /// <summary>The numbers are written down in rules that outlive this version: they must not change.</summary>
    [Theory]
    [InlineData("192.0.2.7", 206)]
    [InlineData("192.0.2.200/29", 206)]
    [InlineData("192.0.2.0/24", 206)]
    [InlineData("192.0.0.0/16", 893)]
    [InlineData("2001:db8::1", 873)]
    [InlineData("2001:db8::/64", 131)]
    public void IndexOf_ANetwork_NeverChanges(string network, int expected) => Assert.Equal(expected, Of(1024).IndexOf(WindowsBed.Parse(network)));

    [Fact]
    public void IndexOf_ManyNetworks_SpreadsThemEvenly()
    {
        var buckets = Of(256);
        int[] counts = new int[256];
        for (var i = 0; i < 25_600; i++)
        {
            counts[buckets.IndexOf(new Prefix((UInt128)i << 8, 32, isIPv4: true))]++;
        }

        // The mean is 100, the deviation 10.
        Assert.InRange(counts.Min(), 50, 100);
        Assert.InRange(counts.Max(), 100, 150);
    }

    [Fact]
    public void Grow_WhenFull_PartsEachBucketInTwo()
    {
        var buckets = new Buckets(capacity: 10);
        buckets.Fill([], knownCount: 0);
        var counts = new List<int>();
        for (var i = 0; i < 1000; i++)
        {
            var network = new Prefix((UInt128)i << 8, 32, isIPv4: true);
            Assert.True(buckets.Add(network));
            Assert.False(buckets.Add(network));
            var before = buckets.Count;
            var indexBefore = buckets.IndexOf(network);
            if (buckets.Grow())
            {
                counts.Add(buckets.Count);
                Assert.Equal(indexBefore, buckets.IndexOf(network) % before);
            }

            Assert.True(buckets.Networks <= 0.8 * buckets.Count * 10);
        }

        Assert.All(counts, count => Assert.Equal(0, count & (count - 1)));
        Assert.InRange(counts.Count, 4, 8);
        Assert.Equal(1000, Enumerable.Range(0, buckets.Count).Sum(bucket => buckets[bucket].Count));
    }

    [Theory]
    [InlineData(100, 0, 32)]
    [InlineData(100, 16, 16)]
    [InlineData(100, 8, 16)]
    [InlineData(100, 64, 64)]
    [InlineData(100, 128, 32)]
    [InlineData(0, 512, 1)]
    [InlineData(100_000, 0, 1024)]
    [InlineData(100_000, 1024, 1024)]
    public void Fill_WithAKnownCount_KeepsItUnlessFarOff(int networks, int known, int expected)
    {
        var buckets = new Buckets(capacity: 10);
        buckets.Fill([.. Enumerable.Range(0, networks).Select(i => new Prefix((UInt128)i << 8, 32, isIPv4: true))], known);
        Assert.Equal(expected, buckets.Count);
        Assert.Equal(networks, buckets.Networks);
    }

    private static Buckets Of(int count)
    {
        var buckets = new Buckets(capacity: 1);
        buckets.Fill([.. Enumerable.Range(0, count / 2).Select(i => new Prefix((UInt128)i << 8, 32, isIPv4: true))], count);
        Assert.Equal(count, buckets.Count);
        return buckets;
    }
}

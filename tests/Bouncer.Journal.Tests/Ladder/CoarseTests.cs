using System.Net;
using Bouncer.Journal.Ladder;

namespace Bouncer.Journal.Tests.Ladder;

/// <summary>Times and networks of the steps.</summary>
public sealed class CoarseTests
{
    [Theory]
    [InlineData("Quarter", "2020-12-03T14:55:12Z", "2020-12-03T12:00:00Z")]
    [InlineData("Quarter", "2020-12-03T17:59:59Z", "2020-12-03T12:00:00Z")]
    [InlineData("Quarter", "2020-12-03T18:00:00Z", "2020-12-03T18:00:00Z")]
    [InlineData("Quarter", "2020-12-03T00:00:00Z", "2020-12-03T00:00:00Z")]
    [InlineData("Day", "2020-12-03T23:59:59Z", "2020-12-03T00:00:00Z")]
    [InlineData("Week", "2020-12-03T14:55:12Z", "2020-11-30T00:00:00Z")]
    [InlineData("Week", "2020-12-06T23:59:59Z", "2020-11-30T00:00:00Z")]
    [InlineData("Week", "2020-12-07T00:00:00Z", "2020-12-07T00:00:00Z")]
    [InlineData("Week", "2020-12-31T12:00:00Z", "2020-12-28T00:00:00Z")]
    [InlineData("Week", "2021-01-03T12:00:00Z", "2020-12-28T00:00:00Z")]
    public void Time_IsTheBeginningOfItsSpan(string precision, string moment, string expected)
    {
        var coarse = Coarse.Time(Enum.Parse<Precision>(precision), Parse(moment));
        Assert.Equal(Parse(expected), coarse);
        Assert.Equal(DateTimeKind.Utc, coarse.Kind);
    }

    [Theory]
    [InlineData("Exact", "22.33.44.55", "22.33.44.55")]
    [InlineData("Quarter", "22.33.44.55", "22.33.44.48")]
    [InlineData("Day", "22.33.44.55", "22.33.44.0")]
    [InlineData("Week", "22.33.44.55", "22.33.44.0")]
    [InlineData("Exact", "2001:db8:1:23ff::1", "2001:db8:1:23ff::1")]
    [InlineData("Quarter", "2001:db8:1:23ff::1", "2001:db8:1:2300::")]
    [InlineData("Day", "2001:db8:1:23ff::1", "2001:db8:1::")]
    [InlineData("Week", "2001:db8:1:23ff::1", "2001:db8:1::")]
    [InlineData("Quarter", "::ffff:22.33.44.55", "22.33.44.48")]
    public void Network_IsTruncated(string precision, string address, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), new IPAddress(Coarse.Network(Enum.Parse<Precision>(precision), Coarse.BytesOf(IPAddress.Parse(address)))));

    /// <summary>Each step of what the former made is what the last alone would make.</summary>
    [Fact]
    public void Steps_OneAfterTheOther_AreTheLast()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.Next(100_000_000));
            var address = new byte[i % 2 == 0 ? 4 : 16];
            random.NextBytes(address);
            foreach (var (first, second) in new[] { (Precision.Quarter, Precision.Day), (Precision.Day, Precision.Week), (Precision.Quarter, Precision.Week) })
            {
                Assert.Equal(Coarse.Time(second, time), Coarse.Time(second, Coarse.Time(first, time)));
                Assert.Equal(Coarse.Network(second, address), Coarse.Network(second, Coarse.Network(first, address)));
            }
        }
    }

    private static DateTime Parse(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
}

using Bouncer.Net;

namespace Bouncer.Lookup;

public class PrefixTableConcurrencyTests
{
    private const int Swaps = 5_000;

    private static readonly IpPrefix[] Chain = [.. Enumerable.Range(0, 33).Select(n => IpPrefix.Of(IpKey.FromIPv4(0x0A01_0203), n))];
    private static readonly IpPrefix[] Noise = SeededPrefixes.Of(PrefixShape.Blocklist, 7, 1_000);

    private readonly IpKey _address = IpKey.FromIPv4(0x0A01_0203);
    private PrefixTable _table = Version(PrefixTable.Empty, 1);

    [Fact]
    public async Task Covering_WhileTablesAreSwapped_IsTheAnswerOfOneVersion()
    {
        using var ready = new CountdownEvent(2);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () => Read(ready),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Assert.True(ready.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        for (var version = 2; version <= Swaps; version++)
        {
            Volatile.Write(ref _table, Version(_table, version));
        }

        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 1));
    }

    private long Read(CountdownEvent ready)
    {
        var last = 0;
        for (var reads = 1L; ; reads++)
        {
            var values = Volatile.Read(ref _table).Covering(_address);
            var version = values[0];
            Assert.True(version >= last);
            Assert.Equal(Lengths(version), values.Count);
            Assert.DoesNotContain(values, value => value != version);
            if (reads == 1)
            {
                ready.Signal();
            }

            if (version == Swaps)
            {
                return reads;
            }

            last = version;
        }
    }

    /// <summary>Each version has another number of networks around the address, and all carry the version's number.</summary>
    private static int Lengths(int version) => 1 + (version % Chain.Length);

    /// <summary>The rest of the table comes and goes, so that it grows and shrinks, and its filters are rebuilt.</summary>
    private static PrefixTable Version(PrefixTable table, int version) => table.With(
        Chain.Select((prefix, n) => (prefix, n < Lengths(version) ? version : 0))
            .Concat(Noise.Skip(version * 10 % Noise.Length).Take(10).Select(prefix => (prefix, version / 100 % 2))));
}

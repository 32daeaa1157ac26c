using Bouncer.Net;

namespace Bouncer.Lookup;

public class PrefixTableConcurrencyTests
{
    private const int Swaps = 1_000;

    private static readonly IpPrefix[] Chain = [.. Enumerable.Range(0, 33).Select(n => IpPrefix.Of(IpKey.FromIPv4(0x0A01_0203), n))];

    private readonly IpKey _address = IpKey.FromIPv4(0x0A01_0203);
    private PrefixTable<string> _table = Version(PrefixTable<string>.Empty, 0);

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

        for (var version = 1; version <= Swaps; version++)
        {
            Volatile.Write(ref _table, Version(_table, version));
        }

        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 1));
    }

    private long Read(CountdownEvent ready)
    {
        var last = -1;
        for (var reads = 1L; ; reads++)
        {
            var values = TableAssert.Covering(Volatile.Read(ref _table), _address);
            var version = int.Parse(values[0]);
            Assert.True(version >= last);
            Assert.Equal(Lengths(version), values.Count);
            Assert.All(values, value => Assert.Equal(values[0], value));
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

    private static PrefixTable<string> Version(PrefixTable<string> table, int version)
    {
        var builder = table.ToBuilder();
        for (var n = 0; n < Chain.Length; n++)
        {
            if (n < Lengths(version))
            {
                builder.Set(Chain[n], version.ToString());
            }
            else
            {
                builder.Remove(Chain[n]);
            }
        }

        return builder.ToTable();
    }
}

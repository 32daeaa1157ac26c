namespace Bouncer.Testing.Tests;

/// <summary>Changes of the table that a bouncer is never told of.</summary>
public sealed class SilentChangeTests
{
    public static TheoryData<LocalApiDialect> Dialects => [LocalApiDialect.Newest, LocalApiDialect.V146];

    [Theory, MemberData(nameof(Dialects))]
    public async Task Extend_LiveRow_EndsLaterWithoutNotice(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        var id = bench.Add("192.0.2.1", minutes: 1);
        await bench.Probe.StartupAsync();
        bench.Pass(1);

        Assert.True(bench.Database.Extend(id, TimeSpan.FromHours(1)));
        Assert.False(bench.Database.Extend(id + 1, TimeSpan.FromHours(1)));
        bench.Pass(1);

        var delta = await bench.Probe.StreamAsync();
        Assert.Empty(delta.New);
        Assert.Empty(delta.Deleted);
        bench.Pass(120);
        Assert.Empty((await bench.Probe.StreamAsync()).Deleted);
        Assert.Equal([id], (await bench.Probe.LiveAsync("?ip=192.0.2.1")).LiveIds);
        bench.Pass(3600);
        Assert.Equal([id], (await bench.Probe.StreamAsync()).Ids("deleted"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task RemoveWhere_Rows_AreGoneWithoutADeletion(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1");
        bench.Add("192.0.2.1", minutes: 30);
        bench.Add("192.0.2.2");
        await bench.Probe.StartupAsync();
        bench.Pass(1);

        Assert.Equal(2, bench.Database.RemoveWhere(row => row.Id is 1 or 3));
        bench.Pass(1);

        var delta = await bench.Probe.StreamAsync();
        Assert.Empty(delta.New);
        Assert.Empty(delta.Deleted);
        var whole = await bench.Probe.StartupAsync();
        Assert.Equal([2L], whole.Ids("new"));
        Assert.Empty(whole.Deleted);
        Assert.Equal([2L], (await bench.Probe.LiveAsync("")).LiveIds);
        Assert.Equal(1, bench.Database.Count);
        Assert.Equal(4, bench.Add("192.0.2.4"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeleteAll_EndedBeforeTheOverlap_IsNeverListed(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1");
        bench.Add("192.0.2.2");
        bench.Add("192.0.2.3");
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        var begun = bench.Clock.GetUtcNow();

        // One statement for each 256 rows, and all of them write the moment at which the first began.
        bench.Database.DeleteWhere(row => row.Id == 1, begun);
        bench.Pass(1.5);
        Assert.Equal([1L], (await bench.Probe.StreamAsync()).Ids("deleted"));
        bench.Database.DeleteWhere(row => row.Id == 2, begun);
        bench.Pass(1);
        Assert.Equal([1L, 2L], (await bench.Probe.StreamAsync()).Ids("deleted"));
        bench.Pass(1);
        Assert.Equal(1, bench.Database.DeleteAll(begun));

        Assert.Empty((await bench.Probe.StreamAsync()).Deleted);
        Assert.Empty((await bench.Probe.LiveAsync("")).LiveIds);
        Assert.Empty((await bench.Probe.StartupAsync()).New);
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Database.DeleteAll(bench.Clock.GetUtcNow().AddSeconds(1)));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task StealPull_OfABouncer_LosesWhatItsNextDeltaWouldHold(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        Assert.True(bench.Server.Bouncers.StealPull("development"));
        Assert.False(bench.Server.Bouncers.StealPull("nobody"));
        bench.Pass(1);
        bench.Add("192.0.2.2");

        Assert.Equal(["192.0.2.2"], (await bench.Probe.StreamAsync()).New);
    }
}

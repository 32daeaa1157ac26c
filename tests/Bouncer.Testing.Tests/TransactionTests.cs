namespace Bouncer.Testing.Tests;

/// <summary>What pulls see of decisions that are committed later than they were made.</summary>
public sealed class TransactionTests
{
    public static TheoryData<LocalApiDialect> Dialects => [LocalApiDialect.Newest, LocalApiDialect.V146];

    [Theory, MemberData(nameof(Dialects))]
    public async Task Commit_AfterAPull_IsInNoDeltaButInTheWholeListAndLive(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        using var late = bench.Database.Begin();
        var id = late.Add("192.0.2.1");
        bench.Pass(1);

        Assert.Empty((await bench.Probe.StreamAsync()).New);
        Assert.Empty((await bench.Probe.LiveAsync("")).LiveIds);
        late.Commit();
        bench.Pass(1);

        Assert.Empty((await bench.Probe.StreamAsync()).New);
        Assert.Equal([id], (await bench.Probe.LiveAsync("?id_gt=0")).LiveIds);
        Assert.Equal([id], (await bench.Probe.LiveAsync("?value=192.0.2.1")).LiveIds);
        Assert.Equal([id], (await bench.Probe.LiveAsync("?ip=192.0.2.1")).LiveIds);
        Assert.Equal([id], (await bench.Probe.StartupAsync()).Ids("new"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Commit_WithoutAPullInBetween_IsInTheDelta(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        using var late = bench.Database.Begin();
        late.Add("192.0.2.1");
        bench.Pass(1);
        late.Commit();

        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).New);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Commit_OutOfTheOrderOfIds_ShowsSmallerIdsAfterLargerOnes(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        using var first = bench.Database.Begin();
        using var second = bench.Database.Begin();
        Assert.Equal((1L, 2L, 3L), (first.Add("192.0.2.1"), second.Add("192.0.2.2"), first.Add("192.0.2.3")));
        Assert.Equal(4, bench.Add("192.0.2.4"));

        Assert.Equal([4L], (await bench.Probe.StreamAsync()).Ids("new"));
        second.Commit();
        Assert.Equal([2L, 4L], (await bench.Probe.StartupAsync()).Ids("new").Order());
        first.Commit();
        Assert.Equal([1L, 2L, 3L, 4L], (await bench.Probe.StartupAsync()).Ids("new").Order());
        Assert.Equal([1L, 2L, 3L, 4L], (await bench.Probe.LiveAsync("")).LiveIds.Order());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Rollback_TheIdIsNeverSeenAndStaysUnused(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        var undone = bench.Database.Begin();
        undone.Add("192.0.2.1");
        undone.Rollback();
        using (var forgotten = bench.Database.Begin())
        {
            forgotten.Add("192.0.2.2");
        }

        Assert.Equal(3, bench.Add("192.0.2.3"));
        Assert.Equal([3L], (await bench.Probe.StartupAsync()).Ids("new"));
        Assert.Equal(1, bench.Database.Count);
        Assert.Throws<ObjectDisposedException>(undone.Commit);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task BeginRefresh_Committed_ReplacesRowsOfTheOriginWithoutADeletion(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1", origin: "CAPI");
        bench.Add("192.0.2.2", origin: "CAPI");
        bench.Add("192.0.2.1", minutes: 30, origin: "crowdsec");
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        using var refresh = bench.Database.BeginRefresh("CAPI", ["192.0.2.1", "192.0.2.5"], TimeSpan.FromHours(2));
        Assert.Equal([4L, 5L], refresh.Ids);
        Assert.Equal(1, refresh.Removals);
        bench.Pass(1);

        Assert.Empty((await bench.Probe.StreamAsync()).New);
        Assert.Equal([1L, 2L], (await bench.Probe.StartupAsync()).Ids("new").Order());
        bench.Pass(1);
        refresh.Commit();
        bench.Pass(1);

        var delta = await bench.Probe.StreamAsync();
        Assert.Empty(delta.New);
        Assert.Empty(delta.Deleted);
        Assert.Equal([2L, 4L, 5L], (await bench.Probe.StartupAsync()).Ids("new").Order());
        Assert.Equal([3L, 4L], (await bench.Probe.LiveAsync("?value=192.0.2.1")).LiveIds.Order());
    }

    [Fact]
    public async Task Commit_AfterAWipe_IsLostWithTheDatabase()
    {
        await using var bench = await LocalApiBench.StartAsync();
        using var late = bench.Database.Begin();
        late.Add("192.0.2.1");
        bench.Database.Wipe();
        bench.Add("192.0.2.2");
        late.Commit();

        Assert.Equal(["192.0.2.2"], (await bench.Probe.StartupAsync()).New);
    }
}

namespace Bouncer.Testing.Tests;

/// <summary>Several decisions on one value: what a stream sends of them. S4 and S7 say how a client counts, not what is sent.</summary>
public sealed class OverlapTests
{
    public static TheoryData<LocalApiDialect> Dialects => [LocalApiDialect.Newest, LocalApiDialect.V146];

    [Theory, MemberData(nameof(Dialects))]
    public async Task S1_LocalShorterThanCapi_OnlyCapiIsSent(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1", 360, origin: "crowdsec");
        var capi = bench.Add("192.0.2.1", 1440, origin: "CAPI");

        Assert.Equal([capi], (await bench.Probe.StartupAsync()).Ids("new"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task S2_OriginFilter_HidesTheShorterRowUnlessDedupIsOff(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        var local = bench.Add("192.0.2.1", 360, origin: "crowdsec");
        bench.Add("192.0.2.1", 1440, origin: "CAPI");

        Assert.Empty((await bench.Probe.StartupAsync("&origins=crowdsec")).New);
        Assert.Empty((await bench.Probe.StartupAsync("&origins=crowdsec&dedup=true")).New);
        Assert.Equal([local], (await bench.Probe.StartupAsync("&origins=crowdsec&dedup=false")).Ids("new"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task S3_LongerRowDeleted_IsNotListedAndTheShorterIsNotSentAgain(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        var local = bench.Add("192.0.2.1", 1440, origin: "crowdsec");
        var capi = bench.Add("192.0.2.1", 360, origin: "CAPI");
        Assert.Equal([local], (await bench.Probe.StartupAsync()).Ids("new"));
        bench.Pass(1);
        bench.Database.Delete(local);
        bench.Pass(1);

        var delta = await bench.Probe.StreamAsync();
        Assert.Empty(delta.New);
        Assert.Empty(delta.Deleted);
        bench.Pass(360 * 60);
        Assert.Equal([capi], (await bench.Probe.StreamAsync()).Ids("deleted"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task S5_EqualUntil_SendsBoth(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Database.Add("192.0.2.1");
        bench.Database.Add("192.0.2.1");

        Assert.Equal([1L, 2L], (await bench.Probe.StartupAsync()).Ids("new"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task S6_LongerSimulatedRow_HidesTheRealOne(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1", 60);
        bench.Add("192.0.2.1", 120, simulated: true);

        Assert.Empty((await bench.Probe.StartupAsync()).New);
        Assert.Single((await bench.Probe.StartupAsync("&dedup=false")).New);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task S8_DedupOffStartup_DeletesAValueThatIsStillBanned(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        var ended = bench.Add("192.0.2.1", 1);
        var held = bench.Add("192.0.2.1", 600);
        bench.Pass(120);

        var answer = await bench.Probe.StartupAsync("&dedup=false");

        Assert.Equal([held], answer.Ids("new"));
        Assert.Equal([ended], answer.Ids("deleted"));
        Assert.Empty((await bench.Probe.StartupAsync()).Deleted);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Overlap_OtherTypeScopeOrSpelling_IsAnotherDecision(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1", 60);
        bench.Add("192.0.2.1", 120, type: "captcha");
        bench.Add("192.0.2.1", 180, scope: "Range");
        bench.Add("::ffff:192.0.2.1", 240);

        Assert.Equal([1L, 2L, 3L, 4L], (await bench.Probe.StartupAsync()).Ids("new"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Simulated_AskedFor_IsNewButNeverDeleted(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1", 60, simulated: true);
        bench.Add("192.0.2.2", 1, simulated: true);
        bench.Pass(120);

        var answer = await bench.Probe.StartupAsync("&simulated=true");

        Assert.Equal(["192.0.2.1"], answer.New);
        Assert.Empty(answer.Deleted);
    }
}

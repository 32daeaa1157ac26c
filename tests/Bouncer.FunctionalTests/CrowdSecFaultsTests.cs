using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>A real CrowdSec that refuses the key, goes away, or loses its memory.</summary>
public sealed class CrowdSecFaultsTests : IAsyncLifetime
{
    private const string OtherKey = "ffffffffffffffffffffffffffffffff";
    private const string Client = "192.0.2.10";

    private CrowdSecServer? _crowdSec;

    private CrowdSecServer CrowdSec => _crowdSec!;

    public async ValueTask InitializeAsync() => _crowdSec = await CrowdSecServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_crowdSec is not null)
        {
            await _crowdSec.DisposeAsync();
        }
    }

    [Fact]
    public async Task WrongKey_StartsAndSaysSo_RecoversWithTheKey_KeepsBansWithoutIt()
    {
        await CrowdSec.AddDecisionAsync(Client);
        await using var gateway = await GatewayProcess.StartAsync(CrowdSec.Url, OtherKey, ("Bouncer:Sync:StartupTimeout", "00:00:02"));

        var refused = await gateway.StatusBecomesAsync(status => status.GetProperty("accessForbidden").GetBoolean());
        Assert.False(refused.GetProperty("ready").GetBoolean());
        Assert.NotEmpty(refused.GetProperty("lastError").GetString()!);
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync(Client));
        Assert.DoesNotContain(OtherKey, refused.GetRawText() + gateway.Output, StringComparison.Ordinal);

        await CrowdSec.AddBouncerAsync("late", OtherKey);
        await gateway.BecomesAsync(Client, HttpStatusCode.Forbidden, Polls.Several);
        var recovered = await gateway.ReadAsync("/.bouncer/status");
        Assert.False(recovered.GetProperty("accessForbidden").GetBoolean());
        Assert.True(recovered.GetProperty("ready").GetBoolean());

        await CrowdSec.RunCscliAsync("bouncers", "delete", "late");
        await gateway.StatusBecomesAsync(status => status.GetProperty("accessForbidden").GetBoolean(), what: "the key is refused again");
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync(Client));
    }

    [Fact]
    public async Task LapiStopped_BansHold_ChangesComeThroughAfterwards()
    {
        const string Deleted = "192.0.2.20";
        const string Added = "192.0.2.30";
        await CrowdSec.AddDecisionAsync(Client);
        await CrowdSec.AddDecisionAsync(Deleted);
        await using var gateway = await GatewayProcess.StartAsync(CrowdSec.Url, CrowdSecServer.ApiKey);
        await gateway.BecomesAsync(Deleted, HttpStatusCode.Forbidden);

        await CrowdSec.StopAsync();
        await gateway.StatusBecomesAsync(status => status.GetProperty("consecutiveFailures").GetInt32() >= 3);
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync(Client));
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync(Deleted));
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync(Added));

        await CrowdSec.StartAgainAsync();
        await CrowdSec.DeleteDecisionsAsync(Deleted);
        await CrowdSec.AddDecisionAsync(Added);
        await gateway.BecomesAsync(Deleted, HttpStatusCode.OK, Polls.Several);
        await gateway.BecomesAsync(Added, HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync(Client));

        // A delta is in force before the poll is over, which the whole list is part of.
        await gateway.StatusBecomesAsync(status => status.GetProperty("consecutiveFailures").GetInt32() == 0);
    }

    [Fact]
    public async Task DatabaseWiped_GatewayForgetsWhatIsGoneAndLearnsWhatIsNew()
    {
        await CrowdSec.AddDecisionAsync(Client);
        await using var gateway = await GatewayProcess.StartAsync(CrowdSec.Url, CrowdSecServer.ApiKey);
        await gateway.BecomesAsync(Client, HttpStatusCode.Forbidden);

        // While it is away long enough to be noticed: the pull after a failure asks for the whole list.
        await CrowdSec.StopAsync();
        await gateway.StatusBecomesAsync(status => status.GetProperty("consecutiveFailures").GetInt32() >= 1);
        await CrowdSec.WipeDatabaseAsync();
        await CrowdSec.StartAgainAsync();
        await CrowdSec.AddDecisionAsync("192.0.2.70");

        await gateway.BecomesAsync("192.0.2.70", HttpStatusCode.Forbidden, Polls.Several);
        await gateway.BecomesAsync(Client, HttpStatusCode.OK, Polls.Several);
    }
}

using System.Net;
using System.Text.Json;
using Bouncer.Journal.Tests.Storage;
using Bouncer.TestUtils;

namespace Bouncer.Journal.Tests.Writing;

/// <summary>What reaches the journal from real requests.</summary>
public sealed class JournalSiteTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusal_IsInTheJournal_WithTheReferenceThatTheVisitorSees(bool isPostgreSql)
    {
        await using var site = await StartAsync(isPostgreSql);
        using var refused = await site.SendAsync("192.0.2.1");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var served = await site.SendAsync("192.0.2.2");
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);

        var entry = await site.FindOneAsync("192.0.2.1");
        Assert.Equal(("ban", "handled", 1L), (entry.Remediation, entry.Outcome, entry.Count));
        Assert.Equal(IPNetwork.Parse("192.0.2.1/32"), entry.Network);
        Assert.True(entry.From == entry.Until && DateTimeOffset.UtcNow - entry.From < TimeSpan.FromMinutes(5));
        Assert.NotNull(entry.Decision);
        Assert.NotEqual("", entry.Origin);
        Assert.NotEqual("", entry.Scenario);
        Assert.Contains(entry.Reference!, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(await site.FindAsync("192.0.2.2"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P4_Erase_LeavesNoEntry(bool isPostgreSql)
    {
        await using var site = await StartAsync(isPostgreSql);
        (await site.SendAsync("192.0.2.1")).Dispose();
        await site.FindOneAsync("192.0.2.1");
        Assert.Equal(1, await site.Journal.EraseAsync(IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken));
        Assert.Empty(await site.FindAsync("192.0.2.1"));
    }

    [Fact]
    public void Entry_AsJson_HasItsNetworkAsText()
    {
        var now = DateTimeOffset.UnixEpoch;
        var entry = new JournalEntry(now, now, IPNetwork.Parse("192.0.2.0/24"), "ban", "handled", "default", "CAPI", "ssh", 7, null, 3);
        Assert.Contains("\"network\":\"192.0.2.0/24\"", JsonSerializer.Serialize(entry, JsonSerializerOptions.Web), StringComparison.Ordinal);
        Assert.Contains("\"network\":null", JsonSerializer.Serialize(entry with { Network = null }, JsonSerializerOptions.Web), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSql_OverTls_TakesEvents()
    {
        await using var site = await JournalSite.StartAsync(("Journal:PostgreSql", await server.CreateDatabaseAsync() + ";SSL Mode=Require"));
        (await site.SendAsync("192.0.2.1")).Dispose();
        await site.FindOneAsync("192.0.2.1");
    }

    /// <summary>Otherwise events would go into a file that is gone.</summary>
    [Fact]
    public async Task File_RemovedWhileItIsOpen_IsAnError()
    {
        await using var site = await JournalSite.StartAsync();
        (await site.SendAsync("192.0.2.1")).Dispose();
        await site.FindOneAsync("192.0.2.1");
        File.Delete(site.File);
        using var refused = await site.SendAsync("192.0.2.1");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await Eventually.TrueAsync(() => site.Logged(5000).Length == 1);

        Assert.Contains("was removed while it was in use. Restart", site.Logged(5000)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WritesWhatWaits()
    {
        await using var site = await JournalSite.StartAsync();
        (await site.SendAsync("192.0.2.1")).Dispose();
        await site.StopAsync();

        await using var store = new Bouncer.Journal.Storage.SqliteJournalStore(site.File);
        Assert.Single(await store.FindAsync(IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DatabaseDown_RequestsGoOn_AndTheStopSaysWhatIsLost()
    {
        await using var site = await JournalSite.StartAsync(("Journal:PostgreSql", $"Host=127.0.0.1;Port={FreePort.Take()};Username=bouncer;Database=none;Timeout=1"));
        for (var request = 0; request < 3; request++)
        {
            using var refused = await site.SendAsync("192.0.2.1");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        await Eventually.TrueAsync(() => site.Logged(5000).Length == 1);
        await site.StopAsync();
        Assert.Equal(["3 events are not in the journal, because its database did not take them before the stop."], site.Logged(5002));
        Assert.Single(site.Logged(5000));
    }

    [Theory]
    [InlineData("Path", "/", "Bouncer:Journal:Path names a folder: name a file in it.")]
    [InlineData("Path", "/no/such/folder/journal.db", "Bouncer:Journal:Path names a file in a folder that does not exist.")]
    [InlineData("PostgreSql", "secret", "Bouncer:Journal:PostgreSql is not a connection string")]
    [InlineData("DeleteAfterMonths", "-1", "Bouncer:Journal:DeleteAfterMonths is -1")]
    [InlineData("Paths", "x", "Bouncer:Journal:Paths is not a setting. Did you mean Bouncer:Journal:Path?")]
    public async Task Setting_ThatIsNotValid_PreventsTheStart(string key, string value, string error)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => JournalSite.StartAsync(("Journal:" + key, value)));
        Assert.Contains(error, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    private async Task<JournalSite> StartAsync(bool isPostgreSql) =>
        isPostgreSql ? await JournalSite.StartAsync(("Journal:PostgreSql", await server.CreateDatabaseAsync())) : await JournalSite.StartAsync();
}

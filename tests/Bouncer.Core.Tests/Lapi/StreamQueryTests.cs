using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi;

public class StreamQueryTests
{
    [Fact]
    public void Deduplicated_NoFilterOrOnlyScopes_IsTrue()
    {
        Assert.True(new StreamQuery(new SyncOptions()).Deduplicated);
        Assert.True(new StreamQuery(new SyncOptions { Origins = [], ScenariosContaining = [" ", ""] }).Deduplicated);
        Assert.True(new StreamQuery(new SyncOptions { Scopes = ["ip", "username"] }).Deduplicated);
    }

    [Fact]
    public void Deduplicated_OriginOrScenarioFilter_IsFalse()
    {
        Assert.False(new StreamQuery(new SyncOptions { Origins = ["CAPI"] }).Deduplicated);
        Assert.False(new StreamQuery(new SyncOptions { ScenariosContaining = ["ssh"] }).Deduplicated);
        Assert.False(new StreamQuery(new SyncOptions { ScenariosNotContaining = ["ssh"] }).Deduplicated);
    }
}

using Bouncer.Testing;

namespace Bouncer.Tests.Model;

public sealed class NewestSyncModelTests
{
    public static TheoryData<string> Worlds => SyncModel.Of(LocalApiDialect.Newest);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Verdicts_AfterEveryPoll_AreThoseOfLapisTable(string name) => SyncModel.WalkAsync(name);
}

using Bouncer.Testing;

namespace Bouncer.Tests.Model;

public sealed class V146SyncModelTests
{
    public static TheoryData<string> Worlds => SyncModel.Of(LocalApiDialect.V146);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Verdicts_AfterEveryPoll_AreThoseOfLapisTable(string name) => SyncModel.WalkAsync(name);
}

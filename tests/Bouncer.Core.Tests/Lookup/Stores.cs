using Bouncer.Decisions;
using Bouncer.Lookup;

namespace Bouncer.Tests.Lookup;

/// <summary>What many tests do with a store.</summary>
internal static class Stores
{
    /// <summary>Lets go of what ended, and checks that the caller is given just that.</summary>
    internal static StoreChange Sweep(this DecisionStore store)
    {
        var ended = new DecisionRows();
        var change = store.RemoveExpired(ended);
        Assert.Equal(
            change.ToChangeSet(TimeProvider.System).Removed.Select(decision => (TestRows.IdOf(decision), decision.Deadline)).Order(),
            Enumerable.Range(1, ended.Count).Select(row => (ended[row].Id, ended[row].Deadline)).Order());
        return change;
    }
}

using System.Collections;
using Bouncer.Lookup;

namespace Bouncer.Sync;

/// <summary>The decisions of one version of the index, each made when it is asked for: a sink that keeps only part of them
/// need not have all of them in memory.</summary>
internal sealed class DecisionSnapshot(DecisionIndex index, TimeProvider time) : IReadOnlyCollection<Decision>
{
    public int Count => index.Count;

    public IEnumerator<Decision> GetEnumerator() => index.Enumerate().Select(row => index.Held.Rows.ToDecision(row, time)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using System.Collections;
using Bouncer.Lookup;

namespace Bouncer.Sync;

/// <summary>The decisions of one version of the index, each created during enumeration, so that a sink that keeps only some of them
/// does not need memory for all.</summary>
internal sealed class DecisionSnapshot(DecisionIndex index, TimeProvider time) : IReadOnlyCollection<Decision>
{
    public int Count => index.Count;

    public IEnumerator<Decision> GetEnumerator() => index.Enumerate().Select(row => index.Held.Rows.ToDecision(row, time)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

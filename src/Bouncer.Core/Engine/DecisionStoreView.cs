using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bouncer.Lookup;
using Bouncer.Net;
using Microsoft.Extensions.Primitives;

namespace Bouncer.Engine;

/// <summary>The public view of the decisions held: only those that have not ended.</summary>
internal sealed class DecisionStoreView(DecisionStore store, TimeProvider time) : IDecisionStore
{
    public int Count => store.Index.Count;

    public IChangeToken GetChangeToken() => store.Changes.Token;

    public bool TryFind(IPAddress address, [NotNullWhen(true)] out Decision? decision)
    {
        ArgumentNullException.ThrowIfNull(address);
        var index = store.Index;
        var row = index.FindStrongest(IpKey.From(address), time);
        decision = row == 0 ? null : index.Held.Rows.ToDecision(row, time);
        return decision is not null;
    }

    public IReadOnlyList<Decision> FindAll(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return FindAll(IpKey.From(address));
    }

    public IReadOnlyList<Decision> FindAll(DecisionScope scope, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (scope.IsAddress)
        {
            return IpParser.TryParseAddress(value, out var key) ? FindAll(key) : [];
        }

        var index = store.Index;
        return ToDecisions(index, index.FindAll(ScopedValue.Of(scope, value), time.GetTimestamp()));
    }

    public IEnumerable<Decision> Enumerate()
    {
        var index = store.Index;
        var now = time.GetTimestamp();
        return index.Enumerate().Where(row => index.Held.IsAlive(row, now)).Select(row => index.Held.Rows.ToDecision(row, time));
    }

    private Decision[] FindAll(IpKey address)
    {
        var index = store.Index;
        return ToDecisions(index, index.FindAll(address, time.GetTimestamp()));
    }

    private Decision[] ToDecisions(DecisionIndex index, IEnumerable<int> rows) =>
        [.. rows.Select(row => index.Held.Rows.ToDecision(row, time))];
}

using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>The decisions held, as the outside sees them: only what lives now.</summary>
internal sealed class DecisionStoreView(DecisionStore store, RemediationSeverities severities, TimeProvider time) : IDecisionStore
{
    public int Count => store.Index.Count;

    public bool TryFind(IPAddress address, [NotNullWhen(true)] out Decision? decision)
    {
        ArgumentNullException.ThrowIfNull(address);
        decision = store.Index.FindStrongest(IpKey.From(address), time);
        return decision is not null;
    }

    public IReadOnlyList<Decision> FindAll(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return store.Index.FindAll(IpKey.From(address), severities, time.GetTimestamp());
    }

    public IReadOnlyList<Decision> FindAll(DecisionScope scope, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (scope.IsAddress)
        {
            return IpParser.TryParseAddress(value, out var key) ? store.Index.FindAll(key, severities, time.GetTimestamp()) : [];
        }

        return store.Index.FindAll(ScopedValue.Of(scope, value), time.GetTimestamp());
    }

    public IEnumerable<Decision> Enumerate()
    {
        var now = time.GetTimestamp();
        return store.Index.Enumerate().Where(decision => decision.Deadline > now);
    }
}

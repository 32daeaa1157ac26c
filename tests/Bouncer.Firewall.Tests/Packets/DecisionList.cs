using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>The decisions of a test, as plain as can be: the reference that the kernel is compared with.</summary>
internal sealed class DecisionList : IDecisionStore
{
    private readonly List<Decision> _decisions = [];

    public int Count => _decisions.Count;

    public void Add(Decision decision) => _decisions.Add(decision);

    public void Remove(Decision decision) => Assert.True(_decisions.Remove(decision));

    public void Clear() => _decisions.Clear();

    public IReadOnlyList<Decision> FindAll(IPAddress address) => [.. Enumerate().Where(decision => decision.Network!.Value.Contains(address))];

    public IEnumerable<Decision> Enumerate() => _decisions.Where(decision => decision.ExpiresAt > TimeProvider.System.GetUtcNow());

    public bool TryFind(IPAddress address, [NotNullWhen(true)] out Decision? decision) => throw new NotSupportedException();

    public IReadOnlyList<Decision> FindAll(DecisionScope scope, string value) => throw new NotSupportedException();

    public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => throw new NotSupportedException();
}
